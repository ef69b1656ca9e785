// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rolecall/eval/tri.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

enum class CallerKind : std::uint8_t {
  User,
  RoleSession,
  Service,
  Oidc,
  Saml,
  Root,
  FederatedUser,  // A GetFederationToken session.
  Account,        // Any principal of an account; only in neutral cases.
  Anonymous,
};

// The principal that makes the request, with everything a Principal element can name it by
// (docs/evaluation.md E4.2).
struct Caller {
  CallerKind kind = CallerKind::Anonymous;
  std::string partition{"aws"};
  std::string account{};
  std::string arn{};           // Of the user or session; empty when the session name is unknown.
  std::string role_arn{};      // Role sessions: the role's ARN with its path.
  std::string name{};          // User or role name.
  std::string session_name{};  // Role sessions.
  bool path_known = true;      // False: the role is known only by a session ARN, without its path.
  std::string unique_id{};     // AIDA... or AROA...; empty when not known.
  std::vector<std::string> services{};  // The service principals an AWS service presents.
  // A service such as `states` that may also present `states.REGION.amazonaws.com`, of a Region
  // that is not known (docs/evaluation.md E4.2). Empty otherwise.
  std::string either_form{};
  std::string provider{};  // Federated callers: provider ARN, or domain of a well-known issuer.
  std::string issuer{};    // OIDC callers: host and path of the issuer.
  bool has_boundary = false;

  // The bit of its kind.
  [[nodiscard]] CallerSet set() const;
  // Whether it signs its calls with credentials of an AWS account.
  [[nodiscard]] bool is_signed() const { return (set() & callers::kSigned) != 0; }
};

// How a trust policy statement names the caller, least permissive first. It decides which of the
// caller's own policies must allow a call within one account (docs/evaluation.md E6.2).
enum class GrantClass : std::uint8_t {
  None,
  Account,
  Role,
  Federated,
  Service,
  User,
  Session,
  Any,
};
[[nodiscard]] std::string_view grant_class_name(GrantClass grant);

// Whether two provider ARNs or issuers are the same. Letter case counts in the path, not in the
// host.
[[nodiscard]] bool same_provider(std::string_view a, std::string_view b);

struct PrincipalMatch {
  Tri match = Tri::No;
  GrantClass grant = GrantClass::None;
  bool undocumented = false;  // `match` is Open because AWS does not document the case.
};

// Matches one value of a Principal element.
[[nodiscard]] PrincipalMatch match_principal(const PrincipalElement& element, const Caller& caller);
// Matches a whole Principal or NotPrincipal element. A statement without one matches nobody.
[[nodiscard]] PrincipalMatch match_principals(const PrincipalList& list, Effect effect,
                                              PolicyKind kind, const Caller& caller);

}  // namespace rolecall
