// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/trust/neutral_case.h"

#include "trust/neutral_reader.h"

namespace rolecall {

// Decides a case that was read without errors: sets decision, deciding gate and reason, and with
// `trace` the gates.
void decide_neutral_case(NeutralCase& in, bool trace, NeutralResult& result);

}  // namespace rolecall
