// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Changes of an Estate that is not copied: decide() reads the estate as if they were made.
// Everything borrowed must outlive the overlay.
struct EstateOverlay {
  struct InlinePolicy {
    std::string entity_arn{};  // Of a user or role.
    AttachedPolicy policy{};
  };

  std::unordered_map<const Policy*, const Policy*> policies{};  // Old document to new version.
  std::vector<InlinePolicy> inline_policies{};                  // Additional ones.
  std::map<std::string, std::int64_t, std::less<>> max_session_seconds{};  // By role ARN.
  // Each replaces the provider with its ARN, or is added when there is none.
  std::vector<OidcProvider> oidc_providers{};

  // The new version of `policy`, or `policy` itself when it is not changed. Null stays null.
  [[nodiscard]] const Policy* current(const Policy* policy) const {
    const auto found = policies.find(policy);
    return found == policies.end() ? policy : found->second;
  }
};

}  // namespace rolecall
