// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/base/diagnostic.h"
#include "rolecall/estate/estate.h"
#include "rolecall/trail/question.h"

namespace rolecall {

// Gives trust policies that do not say whose they are to the roles that are asked about. `given` is
// the one that was named for this purpose, or null: it takes the place of what an export says, but
// no export that is whole is told to have one more role. One that merely lies in the estate counts
// only for a question that names no role. What is taken for what, and what is left out, is said.
void bind_trust_policies(const Policy* given, std::vector<Question>& questions, Estate& estate,
                         Diagnostics& diagnostics);

}  // namespace rolecall
