// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/eval/note.h"
#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// The choices between contradicting pages of AWS that a decision met, in its policies and in the
// parameters of the call. REQUIRES: `decision` is that of `request`.
[[nodiscard]] std::vector<Note> list_notes(const AssumeRequest& request,
                                           const AssumeDecision& decision);

}  // namespace rolecall
