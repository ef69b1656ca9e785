// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rolecall/base/diagnostic.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

// Checks of a policy by itself. An error is something AWS refuses when the policy is stored. A
// warning is something AWS accepts that matches nothing, matches more than it seems to, or locks
// somebody out. A note is a matter of style. Faults that read_policy reports are not repeated, and
// nothing is reported where AWS does not document what it does.

// A set of policy kinds, one bit for each PolicyKind.
using PolicyKindSet = std::uint16_t;
[[nodiscard]] constexpr PolicyKindSet kind_bit(PolicyKind kind) {
  return static_cast<PolicyKindSet>(1U << static_cast<unsigned>(kind));
}

class PolicyCheckRun;  // The input and output of one check; private to the checks.

struct PolicyCheck {
  DiagnosticCode code{};      // Of everything the check reports.
  PolicyKindSet kinds = 0;    // The kinds of policies it applies to.
  bool whole_policy = false;  // Needs every statement, so it is skipped when the policy is faulty.
  void (*run)(PolicyCheckRun& run) = nullptr;
};
// Every check, by code; a meta-test walks it.
[[nodiscard]] std::span<const PolicyCheck> policy_checks();

// What is wrong with the size of a document of this kind; nothing when AWS takes it.
struct PolicySizeFault {
  bool certain = false;  // Otherwise a quota that can be raised, or is another one, decides.
  std::string message{};
};
[[nodiscard]] std::optional<PolicySizeFault> find_size_fault(PolicyKind kind,
                                                             std::string_view text);

// Where the document comes from. The size of a stored one is not checked: AWS accepted it, and an
// export does not show it as it was written.
enum class PolicyOrigin : std::uint8_t { Draft, Stored };

// Runs the checks of the policy's kind. `sources` holds its text. Findings come in the order of the
// document.
void check_policy(const Policy& policy, const SourceTable& sources, PolicyOrigin origin,
                  Diagnostics& findings);

}  // namespace rolecall
