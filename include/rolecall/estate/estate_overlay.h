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

// What a change would make of an Estate, laid over it without a copy: decide() reads the estate
// through it. Everything borrowed must outlive the overlay.
struct EstateOverlay {
  struct InlinePolicy {
    std::string entity_arn{};  // Of a user or role.
    AttachedPolicy policy{};
  };

  std::unordered_map<const Policy*, const Policy*> policies{};  // Document to its new version.
  std::vector<InlinePolicy> inline_policies{};                  // In addition.
  std::map<std::string, std::int64_t, std::less<>> max_session_seconds{};  // By role ARN.
  // Each in place of the one with its ARN, or in addition.
  std::vector<OidcProvider> oidc_providers{};

  // The version of `policy` that counts. Null stays null.
  [[nodiscard]] const Policy* current(const Policy* policy) const {
    const auto found = policies.find(policy);
    return found == policies.end() ? policy : found->second;
  }
};

}  // namespace rolecall
