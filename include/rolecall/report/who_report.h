// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/who.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// Who can assume a role, with what its report shows. All borrowed.
struct WhoReport {
  const Estate& estate;
  const WhoAnswer& answer;
  const Diagnostics& diagnostics;
  bool all = false;  // Text: every principal is listed, not the first of each account.
};

// The answer for a person: how many first, then by condition and account.
[[nodiscard]] std::string write_who_text(const WhoReport& report, TextStyle style);

// The answer as the object of docs/schema/who-1.json: every principal.
void write_who_json(JsonWriter& out, const WhoReport& report);

}  // namespace rolecall
