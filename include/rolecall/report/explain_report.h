// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/diagnose/fix.h"

namespace rolecall {

// One answered question, with everything its report shows. All borrowed.
struct ExplainAnswer {
  const Estate& estate;
  const AssumeRequest& request;
  const Diagnosis& diagnosis;
  const Diagnostics& diagnostics;
  const ErrorEvidence* evidence = nullptr;
  std::span<const VerifiedFix> fixes{};  // Best first.
  std::span<const Unknown> not_read{};   // What AWS was asked for in vain.
};

struct TextStyle {
  bool color = false;
  bool verbose = false;  // Gates that do not apply, and the context, are shown too.
  bool quiet = false;    // The first line only.
};

// The answer for a person: the first line is the answer, then gates, causes with the place and the
// two values that differ, then what was not checked. Text from outside is escaped.
[[nodiscard]] std::string write_explain_text(const ExplainAnswer& answer, TextStyle style);

// The part of it that shows `answer.fixes`: what is changed, by whom, which lines, who else is let
// in.
[[nodiscard]] std::string write_fixes(const ExplainAnswer& answer, TextStyle style);

// The answer as the object of docs/schema/explain-1.json.
void write_explain_json(JsonWriter& out, const ExplainAnswer& answer);

// The program's version, as in `0.1.0`.
[[nodiscard]] std::string_view rolecall_version();

}  // namespace rolecall
