// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/chains.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// Who can end up in a role, with what its report shows. All borrowed.
struct ChainsReport {
  const Estate& estate;
  const ChainsAnswer& answer;
  const Diagnostics& diagnostics;
  bool all = false;  // Text: every walk and principal is listed, not the first ones.
};

// The answer for a person: how many first, then by the number of calls.
[[nodiscard]] std::string write_chains_text(const ChainsReport& report, TextStyle style);

// The answer as the object of docs/schema/chains-1.json: every principal.
void write_chains_json(JsonWriter& out, const ChainsReport& report);

}  // namespace rolecall
