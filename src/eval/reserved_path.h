// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rolecall/eval/caller.h"

namespace rolecall {

// What the path of the caller's role begins with where its name alone tells: IAM Identity Center
// keeps the roles of permission sets below one path, which may go on with a Region. Empty for all
// others.
[[nodiscard]] std::string_view reserved_path(const Caller& caller);

}  // namespace rolecall
