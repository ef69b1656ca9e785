// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "rolecall/base/diagnostic.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

// What a policy says and AWS would not store, or would store and never apply as meant. Errors are
// what AWS refuses when the policy is written, warnings what it accepts although it matches
// nothing, matches more than it seems, or shuts somebody out, and notes are matters of style.
// What read_policy has reported already is not repeated, and where AWS does not document what it
// does, nothing is claimed.

// Kinds of policies, one bit for each PolicyKind.
using PolicyKindSet = std::uint16_t;
[[nodiscard]] constexpr PolicyKindSet kind_bit(PolicyKind kind) {
  return static_cast<PolicyKindSet>(1U << static_cast<unsigned>(kind));
}

class PolicyCheckRun;  // What one check sees and where it reports to; private to the checks.

struct PolicyCheck {
  DiagnosticCode code{};      // Everything it reports has this code.
  PolicyKindSet kinds = 0;    // The kinds of policies it makes sense for.
  bool whole_policy = false;  // Needs every statement: skipped when the policy is faulty.
  void (*run)(PolicyCheckRun& run) = nullptr;
};
// Every check, by code; a meta-test walks it.
[[nodiscard]] std::span<const PolicyCheck> policy_checks();

// Where the document comes from. One that AWS has stored is not measured: it has passed, and the
// export does not show how it was written.
enum class PolicyOrigin : std::uint8_t { Draft, Stored };

// Runs the checks of the policy's kind. `sources` holds its text. Findings are in the order of the
// document.
void check_policy(const Policy& policy, const SourceTable& sources, PolicyOrigin origin,
                  Diagnostics& findings);

}  // namespace rolecall
