// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// The first key that begins with `prefix`, without regard to letter case, in conditions or policy
// variables of the policies that bear on a request. Empty: they ask for none.
[[nodiscard]] std::string_view find_asked_key(const PolicySet& policies, std::string_view prefix);

}  // namespace rolecall
