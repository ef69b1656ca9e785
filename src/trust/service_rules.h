// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rolecall {

// What sets requests of a service apart from the general rules (docs/simulate-format.md).
enum class ServiceOddity : std::uint8_t {
  NeedsResourcePolicy,  // In the same account too; as a role needs its trust policy.
  NoResourcePolicy,     // In another account neither.
  NotOnlyPolicies,      // Allowed by the policies is not allowed yet: unknown.
  NotRefused,           // Refused by the policies is not refused yet: unknown.
  NoPolicies,           // Combined in another way: unknown, unless a Deny applies.
  NoRcp,                // RCPs do not bear on it.
  RcpUndocumented,      // Whether they do is not documented.
};

struct ServiceRule {
  std::string_view action{};    // Pattern of an Action element.
  std::string_view resource{};  // `*` and `?` match everything, colons included.
  ServiceOddity oddity{};
  std::string_view reason{};  // For what becomes unknown: one clause.
};
// Every rule, for tests and documents.
[[nodiscard]] std::span<const ServiceRule> service_rules();
// The first rule of this oddity for the request, or null.
[[nodiscard]] const ServiceRule* find_service_rule(ServiceOddity oddity, std::string_view action,
                                                   std::string_view resource);
// Whether RCPs are known to bear on the action's service.
[[nodiscard]] bool supports_rcps(std::string_view action);

}  // namespace rolecall
