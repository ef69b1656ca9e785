// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "rolecall/iam/condition.h"

namespace rolecall {

// The key a value stands under in a Principal element; Any is the bare string "*".
enum class PrincipalType : std::uint8_t { Any, Aws, Service, Federated, CanonicalUser };

// What one value names. docs/evaluation.md E4.1; forms P-1 to P-17 of the IAM page
// reference_policies_elements_principal.
enum class PrincipalForm : std::uint8_t {
  Everyone,         // "*" or {"AWS": "*"}
  Account,          // twelve digits or :root
  User,             // user ARN
  Role,             // role ARN
  Session,          // assumed-role session ARN
  FederatedUser,    // GetFederationToken session ARN; can never call AssumeRole
  UniqueId,         // AIDA... or AROA...: its principal was deleted
  Service,          // service principal
  OidcProvider,     // provider ARN
  SamlProvider,     // provider ARN
  WellKnownIssuer,  // accounts.google.com, cognito-identity.amazonaws.com, ...
  // What follows matches nobody.
  Wildcard,  // an ARN or name with a wildcard in it
  Group,
  InstanceProfile,
  Canonical,
  Malformed,
};

// One value of a Principal or NotPrincipal element.
struct PrincipalElement {
  PrincipalType type{};
  PrincipalForm form{};
  Text value{};
  std::string_view partition{};  // Of an ARN; empty for a bare account id.
  std::string_view account{};
  std::string_view path{};          // Users and roles: `/`, `/team/`.
  std::string_view name{};          // User or role name, provider name, OIDC host and path.
  std::string_view session_name{};  // Sessions only.
};

[[nodiscard]] PrincipalElement classify_principal(PrincipalType type, Text value);
// `AWS`, `Service`, `Federated`, `CanonicalUser`, and `*` for Any.
[[nodiscard]] std::string_view principal_type_name(PrincipalType type);
// Providers that are named by their domain instead of an ARN.
[[nodiscard]] bool is_well_known_issuer(std::string_view host);
// `AIDA...` or `AROA...` as IAM shows it in place of a deleted user or role.
[[nodiscard]] bool is_unique_id(std::string_view text);

}  // namespace rolecall
