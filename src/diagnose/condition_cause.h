// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/condition_eval.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

// One thing that is wrong with a condition that failed. A single value can have two defects.
struct ConditionDefect {
  std::string_view code{};  // Cause code.
  std::string message{};
};

// A failed condition with everything it is judged by. All borrowed.
struct ConditionCase {
  const Condition& condition;
  ConditionResult result{};
  const Policy& policy;
  const Statement& statement;
  const Authorization& authorization;
  const Caller& caller;
  std::string_view main_action{};  // The call's own action, when this is one of its sub-actions.
};

// The defects of a condition of a trust policy; never empty. REQUIRES: the condition is false.
[[nodiscard]] std::vector<ConditionDefect> explain_condition(const ConditionCase& failed);

// The codes of a condition on the key that may fail: as it may be absent, and may differ. None
// where that hangs on the value.
[[nodiscard]] std::vector<std::string_view> open_condition_codes(std::string_view key);

// The value of the key in the request, for reports; nothing when absent. What is only known not to
// be the value stands in parentheses.
[[nodiscard]] std::optional<std::string> actual_value(const Condition& condition,
                                                      const RequestContext& context);
// `StringEquals sts:ExternalId "a", "b"`, for reports.
[[nodiscard]] std::string describe_condition(const Condition& condition);

}  // namespace rolecall
