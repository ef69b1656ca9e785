// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/request_context.h"
#include "rolecall/iam/condition.h"

#include "eval/policy_compare_text.h"

namespace rolecall::compare {

struct ConditionRef {
  const Condition* condition = nullptr;
  bool variables = false;  // Policy::variables.
};

// Whether the text has a policy variable other than the escapes `${*}`, `${?}` and `${$}`.
[[nodiscard]] bool has_open_variable(std::string_view text);
// Whether the condition's outcome depends on another key.
[[nodiscard]] bool has_open_variable(const ConditionRef& ref);
// Makes the key of every policy variable in the text unknown, except `key`.
void open_variables(std::string_view text, std::string_view key, RequestContext& context);
// The text as a pattern, its escapes resolved. REQUIRES: !variables || !has_open_variable(text).
[[nodiscard]] WildcardPattern fixed_pattern(std::string_view text, bool variables);

// The pattern of a condition value under a string or ARN operator. Nothing for other operators, for
// values with open variables, and for values that match no text.
[[nodiscard]] std::optional<TextPattern> value_pattern(const ConditionRef& ref,
                                                       std::string_view value);
// A readable text that the pattern matches: each wildcard is replaced by a letter.
[[nodiscard]] std::string filled_in(std::string_view pattern);

// One value of the key for each way in which the conditions can treat values. Values are of the
// key's documented type, or any text when it has none. `complete` as in TextCells.
[[nodiscard]] TextCells key_samples(std::string_view key, std::span<const ConditionRef> conditions,
                                    std::size_t text_budget);

}  // namespace rolecall::compare
