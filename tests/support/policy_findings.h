// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/iam/policy_check.h"

#include "support/expect_diagnostic.h"
#include "support/parsed_policy.h"

namespace rolecall {

// A policy with one defect, what is found in it, and the nearest policy without the defect.
struct FindingCase {
  std::string_view name{};
  PolicyKind kind{};
  std::string_view text{};  // Empty: only the neighbor is looked at.
  ExpectedDiagnostic expected{};
  std::string_view neighbor{};  // Empty: there is none worth looking at.
};

inline Diagnostics find_in(const ParsedPolicy& policy, PolicyOrigin origin = PolicyOrigin::Draft) {
  Diagnostics findings;
  check_policy(*policy, policy.sources, origin, findings);
  return findings;
}

// The checks find exactly what is expected, and nothing in the neighbor.
inline void expect_findings(std::span<const FindingCase> cases) {
  for (const FindingCase& each : cases) {
    SCOPED_TRACE(std::string(each.name));
    if (!each.text.empty()) {
      const ParsedPolicy policy(std::string(each.text), each.kind);
      expect_none(policy.diagnostics, policy.sources);
      expect_only(find_in(policy), policy.sources, each.expected);
    }
    if (!each.neighbor.empty()) {
      const ParsedPolicy neighbor(std::string(each.neighbor), each.kind);
      expect_none(neighbor.diagnostics, neighbor.sources);
      expect_none(find_in(neighbor), neighbor.sources);
    }
  }
}

}  // namespace rolecall
