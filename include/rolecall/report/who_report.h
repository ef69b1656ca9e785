// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/who.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// The input of the reports on who can assume a role. All borrowed.
struct WhoReport {
  const Estate& estate;
  const WhoAnswer& answer;
  const Diagnostics& diagnostics;
  bool all = false;  // Text: list every principal, not only the first ones of each account.
};

// The answer as text: the number of principals on the first line, then by condition and account.
[[nodiscard]] std::string write_who_text(const WhoReport& report, TextStyle style);

// The answer as the object of docs/schema/who-1.json, with every principal.
void write_who_json(JsonWriter& out, const WhoReport& report);

}  // namespace rolecall
