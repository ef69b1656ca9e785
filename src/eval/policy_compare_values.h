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
  bool variables = false;  // The policy's version has policy variables.
};

// Whether a policy variable other than `${*}`, `${?}` and `${$}` is in the text.
[[nodiscard]] bool has_open_variable(std::string_view text);
// Whether the condition's outcome hangs on another key.
[[nodiscard]] bool has_open_variable(const ConditionRef& ref);
// Makes every key that is a policy variable of the text unknown, but for `key`.
void open_variables(std::string_view text, std::string_view key, RequestContext& context);
// The text as a pattern, its escapes resolved. REQUIRES: !variables || !has_open_variable(text).
[[nodiscard]] WildcardPattern fixed_pattern(std::string_view text, bool variables);

// What the values of a condition are under string and ARN operators; nothing for other operators,
// values with open variables, and values that match no text.
[[nodiscard]] std::optional<TextPattern> value_pattern(const ConditionRef& ref,
                                                       std::string_view value);
// The text with a letter for every wildcard: a readable text that matches.
[[nodiscard]] std::string filled_in(std::string_view pattern);

// One value of the key for every way in which conditions can tell values apart. Values are of the
// key's documented type; where it has none, any text. `complete` as in TextCells.
[[nodiscard]] TextCells key_samples(std::string_view key, std::span<const ConditionRef> conditions,
                                    std::size_t text_budget);

}  // namespace rolecall::compare
