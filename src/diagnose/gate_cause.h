// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/diagnose/cause.h"
#include "rolecall/estate/estate.h"
#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// The causes of a denied decision, complete and minimal, in gate order (docs/evaluation.md E8).
[[nodiscard]] std::vector<Cause> find_causes(const Estate& estate, const AssumeRequest& request,
                                             const AssumeDecision& decision);

}  // namespace rolecall
