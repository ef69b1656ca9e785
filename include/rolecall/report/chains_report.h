// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/chains.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// The input of the reports on who can reach a role over chains of calls. All borrowed.
struct ChainsReport {
  const Estate& estate;
  const ChainsAnswer& answer;
  const Diagnostics& diagnostics;
  bool all = false;  // Text: list every walk and principal, not only the first ones.
};

// The answer as text: the number of principals on the first line, then by the number of calls.
[[nodiscard]] std::string write_chains_text(const ChainsReport& report, TextStyle style);

// The answer as the object of docs/schema/chains-1.json, with every principal.
void write_chains_json(JsonWriter& out, const ChainsReport& report);

}  // namespace rolecall
