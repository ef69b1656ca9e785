// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/base/diagnostic.h"
#include "rolecall/estate/estate.h"
#include "rolecall/trail/question.h"

namespace rolecall {

// Assigns bare trust policies, which do not say whose they are, to the roles of the questions.
// `given` is the one that the user named for this purpose, or null. It replaces the trust policy in
// an export, but adds no role to an export that is complete. A bare trust policy that was merely
// found in the estate is used only for a question without a role. Diagnostics report what each is
// taken for, and what is not used.
void bind_trust_policies(const Policy* given, std::vector<Question>& questions, Estate& estate,
                         Diagnostics& diagnostics);

}  // namespace rolecall
