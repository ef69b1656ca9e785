// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/audit.h"

// The inventory of trust that reaches beyond a role's own account.
namespace rolecall {

enum class TrustReach : std::uint8_t {
  Everyone,      // Any AWS account, as far as the conditions do not say otherwise.
  Outside,       // An account outside the zone of trust (see AuditOptions).
  Organization,  // Another account inside it, or everybody whom a condition keeps to it.
  Oidc,
  Saml,
};
// `everyone`, `outside`, `organization`, `oidc`, `saml`.
[[nodiscard]] std::string_view trust_reach_name(TrustReach reach);

// One principal of one Allow statement of a trust policy.
struct TrustEntry {
  const Role* role = nullptr;  // Never null.
  std::string account{};       // Of the role.
  TrustReach reach{};
  std::string principal{};  // As the policy names it; `everyone but ...` for NotPrincipal.
  std::string owner{};      // Known owner of the principal's account; may be empty.
  std::vector<std::string> conditions{};  // `StringEquals sts:ExternalId blue-7`, ...
  std::vector<std::string> owner_tags{};  // `team=blue`: tags of the role that name its owner.
  // When the role was last used. Nothing: never, as far as `tells_use`, else not known.
  std::optional<EpochSeconds> last_used{};
  bool tells_use = false;  // The export of the account tells when roles were last used.
  Span at{};
};

// By account, role and place. Service-linked and Identity Center roles are left out. `owner_keys`
// are tag keys, letter case ignored. `unread` counts roles whose trust policy could not be read.
[[nodiscard]] std::vector<TrustEntry> list_trust(const Estate& estate, const AuditOptions& options,
                                                 const std::vector<std::string>& owner_keys,
                                                 std::size_t& unread);

}  // namespace rolecall
