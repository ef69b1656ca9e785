// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/base/json_writer.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// The member `fixes` of docs/schema/explain-1.json.
void write_fixes_json(JsonWriter& out, const ExplainAnswer& answer);

}  // namespace rolecall
