// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/who_every.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// Who can assume each role of an estate, with what its report shows. All borrowed.
struct WhoEveryReport {
  const Estate& estate;
  const std::vector<WhoCount>& roles;
  const std::vector<WhoGap>& gaps;  // Why there may be more of them.
  const Diagnostics& diagnostics;
  bool all = false;  // Text: every role is listed.
};

// For a person: how many roles are open to whom, then those that are open to most.
[[nodiscard]] std::string write_who_every_text(const WhoEveryReport& report, TextStyle style);

// The answer as the object of docs/schema/who-every-1.json: every role.
void write_who_every_json(JsonWriter& out, const WhoEveryReport& report);

}  // namespace rolecall
