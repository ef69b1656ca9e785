// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/diagnose/fix.h"

namespace rolecall {

// The input of the reports on one question. All borrowed.
struct ExplainAnswer {
  const Estate& estate;
  const AssumeRequest& request;
  const Diagnosis& diagnosis;
  const Diagnostics& diagnostics;
  const ErrorEvidence* evidence = nullptr;
  std::span<const VerifiedFix> fixes{};  // Best first.
  std::span<const Unknown> not_read{};   // Data that could not be read from AWS.
};

struct TextStyle {
  bool color = false;
  bool verbose = false;  // Also show the context, and gates that do not apply.
  bool quiet = false;    // Show the first line only.
};

// The answer as text: on the first line the decision, then gates, causes with their place and the
// two values that differ, fixes, and what was not checked. Text from files is escaped for a
// terminal.
[[nodiscard]] std::string write_explain_text(const ExplainAnswer& answer, TextStyle style);

// The part of that text about `answer.fixes`: what to change, who has to, which lines, and who else
// is let in.
[[nodiscard]] std::string write_fixes(const ExplainAnswer& answer, TextStyle style);

// The answer as the object of docs/schema/explain-1.json.
void write_explain_json(JsonWriter& out, const ExplainAnswer& answer);

// The program's version, as in `0.1.0`.
[[nodiscard]] std::string_view rolecall_version();

}  // namespace rolecall
