// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/diff.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// The input of the reports on the difference between two states. All borrowed.
struct DiffReport {
  const Estate& before;
  const Estate& after;
  const DiffAnswer& answer;
  const Diagnostics& diagnostics_before;
  const Diagnostics& diagnostics_after;
};

// The changes as text: how many ways opened and closed on the first line, then each of them.
[[nodiscard]] std::string write_diff_text(const DiffReport& report, TextStyle style);

// The same as Markdown; see write_audit_markdown.
[[nodiscard]] std::string write_diff_markdown(const DiffReport& report);

// The changes as the object of docs/schema/diff-1.json.
void write_diff_json(JsonWriter& out, const DiffReport& report);

// The ways that opened, as a SARIF 2.1.0 log; see write_audit_sarif.
void write_diff_sarif(JsonWriter& out, const DiffReport& report);

}  // namespace rolecall
