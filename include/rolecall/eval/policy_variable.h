// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "rolecall/base/wildcard.h"
#include "rolecall/eval/request_context.h"
#include "rolecall/iam/variable.h"

namespace rolecall {

enum class Expansion : std::uint8_t {
  Done,
  Unresolved,  // A variable has neither value nor default, so the text matches nothing.
  Unknown,     // A variable's value is not known; the pattern has `*` in its place.
};

// Expands `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` into `pattern`. A `*` or `?` in
// the value of a variable is literal, not a wildcard. A `${` without a closing brace is literal
// text. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
// (docs/evaluation.md E5.4).
[[nodiscard]] Expansion expand_variables(std::string_view text, const RequestContext& context,
                                         WildcardPattern& pattern);

}  // namespace rolecall
