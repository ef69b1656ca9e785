// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/caller.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// The actions one call is authorized for, the main one first (docs/evaluation.md E1.5).
[[nodiscard]] std::vector<std::string> sub_actions_of(const AssumeRequest& request,
                                                      const Caller& caller);

// Whether only calls that pass session tags have the context key.
[[nodiscard]] bool is_of_session_tags(std::string_view key);

}  // namespace rolecall
