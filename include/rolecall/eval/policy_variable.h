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
  Unresolved,  // A variable has no value and no default: the text matches nothing.
  Unknown,     // A variable's value is not known; `*` stands for it.
};

// Expands `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` into `pattern`. What was
// substituted is literal: its `*` and `?` are no wildcards. A `${` that is never closed is
// literal text. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
// (docs/evaluation.md E5.4).
[[nodiscard]] Expansion expand_variables(std::string_view text, const RequestContext& context,
                                         WildcardPattern& pattern);

}  // namespace rolecall
