// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// Everything the gates lacked: kinds of data that were not supplied, holes in what was, each with
// the command that fetches it.
[[nodiscard]] std::vector<MissingDatum> list_missing_data(const AssumeRequest& request,
                                                          const AssumeDecision& decision);

}  // namespace rolecall
