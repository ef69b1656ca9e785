// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/who_every.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// The input of the reports on who can assume each role of an estate. All borrowed.
struct WhoEveryReport {
  const Estate& estate;
  const std::vector<WhoCount>& roles;
  const std::vector<WhoGap>& gaps;  // Why there may be more principals.
  const Diagnostics& diagnostics;
  bool all = false;  // Text: list every role.
};

// The answer as text: how many roles are open to whom, then the roles that are open to most.
[[nodiscard]] std::string write_who_every_text(const WhoEveryReport& report, TextStyle style);

// The answer as the object of docs/schema/who-every-1.json, with every role.
void write_who_every_json(JsonWriter& out, const WhoEveryReport& report);

}  // namespace rolecall
