// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rolecall {

// How a service deviates from the general rules of evaluation (docs/simulate-format.md).
enum class ServiceOddity : std::uint8_t {
  NeedsResourcePolicy,  // The resource policy must allow, even within one account.
  NoResourcePolicy,     // No resource policy needs to allow, even from another account.
  NotOnlyPolicies,      // Policies that allow are not enough: the outcome is unknown.
  NotRefused,           // A refusal by the policies may not count: the outcome is unknown.
  NoPolicies,           // Policies are combined differently: unknown unless a Deny applies.
  NoRcp,                // RCPs do not apply.
  RcpUndocumented,      // AWS does not document whether RCPs apply.
};

struct ServiceRule {
  std::string_view action{};    // Pattern, as in an Action element.
  std::string_view resource{};  // Pattern whose `*` and `?` also match colons.
  ServiceOddity oddity{};
  std::string_view reason{};  // Why the outcome is unknown, as a clause.
};
// Every rule, for tests and documents.
[[nodiscard]] std::span<const ServiceRule> service_rules();
// The first rule of this oddity for the request, or null.
[[nodiscard]] const ServiceRule* find_service_rule(ServiceOddity oddity, std::string_view action,
                                                   std::string_view resource);
// Whether AWS documents that RCPs apply to the action's service.
[[nodiscard]] bool supports_rcps(std::string_view action);

}  // namespace rolecall
