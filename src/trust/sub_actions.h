// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/eval/caller.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// The actions one call is authorized for, the main one first (docs/evaluation.md E1.5).
[[nodiscard]] std::vector<std::string> sub_actions_of(const AssumeRequest& request,
                                                      const Caller& caller);

}  // namespace rolecall
