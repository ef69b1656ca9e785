// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// The first context key that begins with `prefix`, letter case ignored, among the conditions and
// policy variables of the policies that bear on a request. Empty when there is none.
[[nodiscard]] std::string_view find_asked_key(const PolicySet& policies, std::string_view prefix);

}  // namespace rolecall
