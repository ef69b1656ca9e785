// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/base/json_writer.h"
#include "rolecall/trust/neutral_case.h"

namespace rolecall {

// The result of a neutral case as the object of docs/schema/simulate-1.json.
void write_neutral_result(JsonWriter& out, const NeutralResult& result);

}  // namespace rolecall
