// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

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

// A policy, and what is found in it under one code, whatever else is.
struct CodeCase {
  std::string_view name{};
  PolicyKind kind{};
  std::string text{};
  std::vector<std::string> messages{};
};

inline std::vector<std::string> messages_of(const ParsedPolicy& policy, DiagnosticCode code,
                                            PolicyOrigin origin = PolicyOrigin::Draft) {
  std::vector<std::string> messages;
  const Diagnostics findings = find_in(policy, origin);
  for (const Diagnostic& each : findings.all()) {
    if (each.code == code) messages.push_back(each.message);
  }
  return messages;
}

inline void expect_messages(DiagnosticCode code, std::span<const CodeCase> cases) {
  for (const CodeCase& each : cases) {
    const ParsedPolicy policy(each.text, each.kind);
    EXPECT_EQ(messages_of(policy, code), each.messages) << each.name;
  }
}

// A policy with one Allow that has this condition: a role trust policy of an account, or one of a
// user or role.
inline std::string trusting_where(std::string_view condition) {
  return policy_text(R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},)"
                     R"("Action":"sts:AssumeRole","Condition":)" +
                     std::string(condition) + "}");
}
inline std::string allowing_where(std::string_view condition) {
  return policy_text(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":)" +
                     std::string(condition) + "}");
}

}  // namespace rolecall
