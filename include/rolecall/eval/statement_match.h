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

// One authorization: one action by one caller on one resource, with the context this action sees.
struct Authorization {
  std::string action{};    // `sts:AssumeRole`.
  std::string resource{};  // ARN, or `*`.
  RequestContext context{};
};

// Whether a statement applies, and the first element that keeps it from applying, in the order
// action, resource, principal, conditions (docs/evaluation.md E4).
enum class StatementOutcome : std::uint8_t {
  Applies,
  ActionMismatch,
  ResourceMismatch,
  PrincipalMismatch,
  ConditionFailed,
  Depends,       // On context keys that are not known.
  Undocumented,  // On something AWS does not say.
};
// `applies`, `action-mismatch`, ...
[[nodiscard]] std::string_view statement_outcome_name(StatementOutcome outcome);

struct StatementMatch {
  Tri applies = Tri::No;
  StatementOutcome outcome = StatementOutcome::ActionMismatch;
  GrantClass grant = GrantClass::None;  // Policies that name principals only.
};

// Stops at the first element that does not match. Never allocates unless a variable is expanded.
[[nodiscard]] StatementMatch match_statement(const Policy& policy, const Statement& statement,
                                             const Caller& caller,
                                             const Authorization& authorization);

// The same with every element looked at, for explanations.
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

// Action or NotAction, each pattern as action_matches says. Statement::actions has it for the
// actions with a bit.
[[nodiscard]] bool actions_match(const PatternList& list, std::string_view action);
// One pattern of a Resource element against an ARN, field by field (E4.5).
[[nodiscard]] Tri resource_matches(std::string_view pattern, std::string_view resource,
                                   const RequestContext& context, const Policy& policy);

}  // namespace rolecall
