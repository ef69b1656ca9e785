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

// Stands for the account of a role that nobody named: nothing is derived from it.
inline constexpr std::string_view kUnknownAccount = "000000000000";

// The forms `RequestPrincipal::parse` reads, as a sentence for messages.
inline constexpr std::string_view kPrincipalForms =
    "give the ARN of a user, role, role session or provider, a service such as "
    "ecs-tasks.amazonaws.com, or an issuer such as token.actions.githubusercontent.com";

using NamedValues = std::pair<std::string, std::vector<std::string>>;
using NamedValue = std::pair<std::string, std::string>;

// What is kept of an encoded token beside its claims.
struct TokenForm {
  std::string algorithm{};  // `alg` of the header.
  std::size_t characters = 0;
};

// Who asks, as it was given; nothing looked up yet.
struct RequestPrincipal {
  enum class Kind : std::uint8_t { Unknown, Arn, Service, Federated };
  Kind kind = Kind::Unknown;
  std::string name{};         // ARN; service principal; issuer host and path or SAML provider ARN.
  bool claims_known = false;  // False: the token was not supplied.
  std::vector<NamedValues> claims{};
  // Of the token the claims were read from, so that they are all there. Nothing: somebody listed
  // some of them.
  std::optional<TokenForm> token{};
  bool claims_partial = false;  // The token holds more than is listed: an event shows a few only.

  // As somebody writes it: an ARN, a service principal, or an issuer; `service:NAME`,
  // `oidc:ISSUER`, `oidc:ISSUER:SUB`. A subject with `*` leaves the subject open. Nothing for
  // anything else.
  [[nodiscard]] static std::optional<RequestPrincipal> parse(std::string_view text);
  [[nodiscard]] static RequestPrincipal arn(std::string_view arn);
  [[nodiscard]] static RequestPrincipal service(std::string_view name);
  [[nodiscard]] static RequestPrincipal federated(std::string_view issuer_or_provider);
  [[nodiscard]] const std::vector<std::string>* claim(std::string_view wanted) const;
};

// Whether the two can be one caller: names are compared where both are known, and a role and a
// session of it are one.
[[nodiscard]] bool is_same_caller(const RequestPrincipal& a, const RequestPrincipal& b);

// Facts that no export shows.
struct Observations {
  std::string credentials{};  // `expired`, `invalid-in-region`, or empty.
  bool sts_region_disabled = false;
  std::optional<bool> jwks_reachable{};
};

// One call that assumes a role (or passes it), as it was asked, right or wrong. The fields are
// those of the request file (docs/request-format.md). Policies live in the estate's SourceTable.
struct AssumeRequest {
  std::string action{};  // `sts:AssumeRole`; empty when nobody said.
  RequestPrincipal principal{};
  std::string role{};
  bool role_may_be_cut = false;  // The ARN ended its line where it was found, and may go on.
  std::vector<NamedValues> context{};
  std::vector<std::string> open{};
  bool open_environment = false;
  // The whole request is known (a request file): an environment key that was not given is absent.
  bool whole = false;
  // The source does not show the parameters of the call (CloudTrail leaves those of a refused call
  // out): one that is not given is not known, rather than absent.
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
  // The session that calls was made by a call that is known: a source identity that is not given
  // here, it does not have.
  bool session_known = false;
  // The request file has the one of `caller_session_policies` in place of a list, where edits
  // then find it.
  bool caller_session_policy_unlisted = false;
  std::vector<NamedValue> inherited_transitive_tags{};
  std::optional<std::string> inherited_source_identity{};
  std::vector<NamedValue> caller_session_tags{};
  std::vector<Policy> caller_session_policies{};
  std::string region{};
  std::string vpc_endpoint{};
  Observations observations{};
  // Sub-actions that AWS is known to have authorized, although their parameters are not known:
  // an error text that names sts:TagSession proves that tags were passed.
  std::vector<std::string> observed_sub_actions{};

  [[nodiscard]] const std::vector<std::string>* context_values(std::string_view key) const;
  void set_context(std::string_view key, std::vector<std::string> values);
  // The VPC endpoint the call goes through: `vpc_endpoint`, or aws:SourceVpce of the context.
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] bool is_open(std::string_view key) const;
};

}  // namespace rolecall
