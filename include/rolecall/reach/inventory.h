// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/audit.h"

// The inventory of trust: which roles trust principals outside their own account.
namespace rolecall {

enum class TrustReach : std::uint8_t {
  Everyone,      // Any AWS account, with no condition that limits it to the zone of trust.
  Outside,       // An account outside the zone of trust (AuditOptions::trusted_accounts).
  Organization,  // Another account in the zone, or everyone with a condition that limits it so.
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
  std::string principal{};  // As the policy writes it; `everyone but ...` for NotPrincipal.
  std::string owner{};      // Owner of the principal's account by AuditOptions; may be empty.
  std::vector<std::string> conditions{};  // `StringEquals sts:ExternalId blue-7`, ...
  std::vector<std::string> owner_tags{};  // `team=blue`: tags of the role that name its owner.
  // When the role was last used. Nothing: never if `tells_use`, else unknown.
  std::optional<EpochSeconds> last_used{};
  bool tells_use = false;  // The account's export says when roles were last used.
  Span at{};
};

// Every entry, by account, role and place in the policy. Service-linked and Identity Center roles
// are left out. `owner_keys` are the keys of TrustEntry::owner_tags, letter case ignored. Sets
// `unread` to the number of roles whose trust policy could not be read.
[[nodiscard]] std::vector<TrustEntry> list_trust(const Estate& estate, const AuditOptions& options,
                                                 const std::vector<std::string>& owner_keys,
                                                 std::size_t& unread);

}  // namespace rolecall
