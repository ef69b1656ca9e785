// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/caller.h"
#include "rolecall/eval/condition_eval.h"
#include "rolecall/eval/request_context.h"
#include "rolecall/iam/action.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

// What is authorized: one action on one resource, in the request context of this action.
struct Authorization {
  std::string action{};    // `sts:AssumeRole`.
  std::string resource{};  // ARN, or `*`.
  RequestContext context{};
};

// Whether a statement applies, or the first element that keeps it from applying, in the order
// action, resource, principal, conditions (docs/evaluation.md E4).
enum class StatementOutcome : std::uint8_t {
  Applies,
  ActionMismatch,
  ResourceMismatch,
  PrincipalMismatch,
  ConditionFailed,
  Depends,       // On context keys that are not known.
  Undocumented,  // AWS does not document the case.
};
// `applies`, `action-mismatch`, ...
[[nodiscard]] std::string_view statement_outcome_name(StatementOutcome outcome);

struct StatementMatch {
  Tri applies = Tri::No;
  StatementOutcome outcome = StatementOutcome::ActionMismatch;
  GrantClass grant = GrantClass::None;  // None for policies that do not name principals.
};

// Stops at the first element that does not match. Does not allocate unless a policy variable is
// expanded.
[[nodiscard]] StatementMatch match_statement(const Policy& policy, const Statement& statement,
                                             const Caller& caller,
                                             const Authorization& authorization);

// The result of match_statement with the outcome of every element, for explanations.
struct StatementTrace {
  const Policy* policy = nullptr;        // Borrowed from the policies evaluated; never null.
  const Statement* statement = nullptr;  // Borrowed; never null.
  StatementMatch match{};
  bool action = false;
  Tri resource = Tri::No;
  PrincipalMatch principal{};
  std::vector<ConditionResult> conditions{};  // One per condition of the statement.
};
[[nodiscard]] StatementTrace trace_statement(const Policy& policy, const Statement& statement,
                                             const Caller& caller,
                                             const Authorization& authorization);

// Whether an Action or NotAction element matches, each pattern as action_matches says. For actions
// that have a bit, is_about answers the same without looking at the patterns.
[[nodiscard]] bool actions_match(const PatternList& list, std::string_view action);
// Whether one pattern of a Resource element matches an ARN, compared field by field (E4.5).
[[nodiscard]] Tri resource_matches(std::string_view pattern, std::string_view resource,
                                   const RequestContext& context, const Policy& policy);

}  // namespace rolecall
