// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/trust/neutral_case.h"

#include "trust/neutral_reader.h"

namespace rolecall {

// Decides a case that was read whole: decision, deciding gate, reason and, if asked, the trace.
void decide_neutral_case(NeutralCase& in, bool trace, NeutralResult& result);

}  // namespace rolecall
