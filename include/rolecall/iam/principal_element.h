// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "rolecall/iam/condition.h"

namespace rolecall {

// The key of a value in a Principal element; Any is the bare string "*", which has none.
enum class PrincipalType : std::uint8_t { Any, Aws, Service, Federated, CanonicalUser };

// What one value names: the forms of the IAM page reference_policies_elements_principal
// (docs/evaluation.md E4.1; rules P-1 to P-17 of docs/rules.md).
enum class PrincipalForm : std::uint8_t {
  Everyone,         // "*" or {"AWS": "*"}.
  Account,          // Twelve digits, or an ARN that ends in `:root`.
  User,             // ARN of a user.
  Role,             // ARN of a role.
  Session,          // ARN of an assumed-role session.
  FederatedUser,    // ARN of a GetFederationToken session, which cannot call AssumeRole.
  UniqueId,         // `AIDA...` or `AROA...`: the user or role was deleted.
  Service,          // Service principal.
  OidcProvider,     // ARN of a provider.
  SamlProvider,     // ARN of a provider.
  WellKnownIssuer,  // accounts.google.com, cognito-identity.amazonaws.com, ...
  // The forms below match nobody.
  Wildcard,  // An ARN or name with a wildcard in it.
  Group,
  InstanceProfile,
  Canonical,  // A canonical user id.
  Malformed,
};

// One value of a Principal or NotPrincipal element.
struct PrincipalElement {
  PrincipalType type{};
  PrincipalForm form{};
  Text value{};
  std::string_view partition{};  // Of an ARN; empty for an account id.
  std::string_view account{};
  std::string_view path{};          // Users and roles: `/`, `/team/`.
  std::string_view name{};          // User or role name, provider name, OIDC host and path.
  std::string_view session_name{};  // Sessions only.
};

[[nodiscard]] PrincipalElement classify_principal(PrincipalType type, Text value);
// `AWS`, `Service`, `Federated`, `CanonicalUser`, and `*` for Any.
[[nodiscard]] std::string_view principal_type_name(PrincipalType type);
// Whether the issuer is named by its domain in a Principal element, not by the ARN of a provider.
[[nodiscard]] bool is_well_known_issuer(std::string_view host);
// Whether the text is an id `AIDA...` or `AROA...`, which IAM shows in place of a deleted user or
// role.
[[nodiscard]] bool is_unique_id(std::string_view text);

}  // namespace rolecall
