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

// Who asks, with everything a Principal element can name it by (docs/evaluation.md E4.2).
struct Caller {
  CallerKind kind = CallerKind::Anonymous;
  std::string partition{"aws"};
  std::string account{};
  std::string arn{};           // User ARN; session ARN; empty for a role whose session has no name.
  std::string role_arn{};      // Role sessions: the role's ARN with its path.
  std::string name{};          // User or role name.
  std::string session_name{};  // Role sessions.
  bool path_known = true;      // False: the role is only known by a session ARN.
  std::string unique_id{};     // AIDA... or AROA...; empty when not known.
  std::vector<std::string> services{};  // Service principals it presents.
  // `states`: its name of a Region that is not known counts as well (docs/evaluation.md E4.2).
  std::string either_form{};
  std::string provider{};  // Provider ARN, or domain of a well-known issuer.
  std::string issuer{};    // OIDC: host and path.
  bool has_boundary = false;

  [[nodiscard]] CallerSet set() const;
  // Signed with credentials of an AWS account.
  [[nodiscard]] bool is_signed() const { return (set() & callers::kSigned) != 0; }
};

// How directly a trust statement names the caller, least permissive first: what else the caller
// needs in the same account depends on it (docs/evaluation.md E6.2).
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

// Two provider ARNs or issuers: the host without regard to letter case, the path exactly.
[[nodiscard]] bool same_provider(std::string_view a, std::string_view b);

struct PrincipalMatch {
  Tri match = Tri::No;
  GrantClass grant = GrantClass::None;
  bool undocumented = false;  // `match` is Open because AWS does not say.
};

// One value of a Principal element against the caller.
[[nodiscard]] PrincipalMatch match_principal(const PrincipalElement& element, const Caller& caller);
// The whole element, NotPrincipal included. A statement without one matches nobody.
[[nodiscard]] PrincipalMatch match_principals(const PrincipalList& list, Effect effect,
                                              PolicyKind kind, const Caller& caller);

}  // namespace rolecall
