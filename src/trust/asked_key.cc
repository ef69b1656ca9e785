// SPDX-License-Identifier: Apache-2.0
#include "trust/asked_key.h"

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// The first such key among the policy variables of the text.
std::string_view find_in_text(std::string_view text, std::string_view prefix) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    at += 2;
    const std::string_view key = text.substr(at, text.find_first_of(",}", at) - at);
    if (starts_with_ignore_case(key, prefix)) return key;
  }
  return {};
}

std::string_view find_in_policy(const Policy& policy, std::string_view prefix) {
  std::string_view found;
  const auto search = [&](std::string_view text) {
    if (found.empty() && policy.variables) found = find_in_text(text, prefix);
  };
  for (const Statement& statement : policy.statements) {
    for (const Text& each : statement.resource.items) search(each.value);
    for (const Condition& condition : statement.conditions) {
      if (starts_with_ignore_case(condition.key.value, prefix)) return condition.key.value;
      for (const Text& each : condition.values) search(each.value);
    }
    if (!found.empty()) break;
  }
  return found;
}

}  // namespace

std::string_view find_asked_key(const PolicySet& policies, std::string_view prefix) {
  for (const GateInput& gate : policies.gates) {
    for (const PolicyLayer& layer : gate.layers) {
      for (const PolicyRef& ref : layer.policies) {
        if (ref.policy == nullptr) continue;
        const std::string_view found = find_in_policy(*ref.policy, prefix);
        if (!found.empty()) return found;
      }
    }
  }
  return {};
}

}  // namespace rolecall
