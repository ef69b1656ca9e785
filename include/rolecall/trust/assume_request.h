// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/iam/policy.h"

namespace rolecall {

// The account id in the ARN of a role whose account is not known. Nothing is derived from it.
inline constexpr std::string_view kUnknownAccount = "000000000000";

// The forms that RequestPrincipal::parse reads, as a clause for messages.
inline constexpr std::string_view kPrincipalForms =
    "give the ARN of a user, role, role session or provider, a service such as "
    "ecs-tasks.amazonaws.com, or an issuer such as token.actions.githubusercontent.com";

using NamedValues = std::pair<std::string, std::vector<std::string>>;
using NamedValue = std::pair<std::string, std::string>;

// What is kept of an encoded token besides its claims.
struct TokenForm {
  std::string algorithm{};     // `alg` of its header.
  std::size_t characters = 0;  // Its length.
};

// Who makes the call, as it was given; not looked up in the estate yet.
struct RequestPrincipal {
  enum class Kind : std::uint8_t { Unknown, Arn, Service, Federated };
  Kind kind = Kind::Unknown;
  // An ARN; a service principal; or an issuer's host and path, or the ARN of a SAML provider.
  std::string name{};
  bool claims_known = false;  // False: the token was not supplied.
  std::vector<NamedValues> claims{};
  // The token from which all claims were read. Nothing when the claims were listed by hand.
  std::optional<TokenForm> token{};
  bool claims_partial = false;  // The token has more claims; a CloudTrail event shows only a few.

  // Parses what a user writes: an ARN, a service principal, an issuer, `service:NAME`,
  // `oidc:ISSUER` or `oidc:ISSUER:SUB`. A subject with `*` leaves the subject unknown. Nothing for
  // any other text.
  [[nodiscard]] static std::optional<RequestPrincipal> parse(std::string_view text);
  [[nodiscard]] static RequestPrincipal arn(std::string_view arn);
  [[nodiscard]] static RequestPrincipal service(std::string_view name);
  [[nodiscard]] static RequestPrincipal federated(std::string_view issuer_or_provider);
  // The values of a claim; null when it is not listed.
  [[nodiscard]] const std::vector<std::string>* claim(std::string_view wanted) const;
};

// Whether the two can be the same caller. Names are compared when both are known; a role and a
// session of it are the same.
[[nodiscard]] bool is_same_caller(const RequestPrincipal& a, const RequestPrincipal& b);

// Facts that no export shows.
struct Observations {
  std::string credentials{};  // `expired`, `invalid-in-region`, or empty.
  bool sts_region_disabled = false;
  std::optional<bool> jwks_reachable{};
};

// One call that assumes a role, or passes it to a service, as it was made, right or wrong. Fields
// without a comment are those of the request file (docs/request-format.md). The text of policies
// belongs to the estate's SourceTable.
struct AssumeRequest {
  std::string action{};  // `sts:AssumeRole`; empty when not given.
  RequestPrincipal principal{};
  std::string role{};
  bool role_may_be_cut = false;  // The ARN was found at the end of a line and may be incomplete.
  std::vector<NamedValues> context{};
  std::vector<std::string> open{};
  bool open_environment = false;
  // The whole request is known (a request file): an environment key that is not given is absent.
  bool whole = false;
  // The source does not show the parameters of the call, as CloudTrail omits those of a refused
  // call: one that is not given is unknown, not absent.
  bool parameters_hidden = false;
  std::optional<std::string> session_name{};
  std::optional<std::int64_t> duration_seconds{};
  std::optional<std::string> source_identity{};
  std::vector<NamedValue> tags{};
  std::vector<std::string> transitive_tag_keys{};
  std::vector<Policy> session_policies{};
  bool mfa_serial_given = false;
  bool mfa_code_given = false;
  std::string mfa_serial{};
  // The call that made the caller's session is known: without `inherited_source_identity`, the
  // session has no source identity.
  bool session_known = false;
  // The request file has a single policy instead of a list for `caller_session_policies`; edits
  // have to address it so.
  bool caller_session_policy_unlisted = false;
  std::vector<NamedValue> inherited_transitive_tags{};
  std::optional<std::string> inherited_source_identity{};
  std::vector<NamedValue> caller_session_tags{};
  std::vector<Policy> caller_session_policies{};
  std::string region{};
  std::string vpc_endpoint{};
  Observations observations{};
  // Sub-actions that AWS is known to have checked although their parameters are not known: an error
  // text that names sts:TagSession proves that tags were passed.
  std::vector<std::string> observed_sub_actions{};

  // The values given for a context key; null when it is not given. Letter case is ignored.
  [[nodiscard]] const std::vector<std::string>* context_values(std::string_view key) const;
  void set_context(std::string_view key, std::vector<std::string> values);
  // The VPC endpoint the call goes through: `vpc_endpoint`, or aws:SourceVpce of the context.
  [[nodiscard]] std::string endpoint() const;
  // Whether the value of the key is said to be unknown.
  [[nodiscard]] bool is_open(std::string_view key) const;
};

}  // namespace rolecall
