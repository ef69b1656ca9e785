// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/iam/policy.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// One policy document with its findings.
struct LintedPolicy {
  std::string title{};  // `role trust policy of arn:aws:iam::111122223333:role/deploy`.
  PolicyKind kind{};
  Span at{};
  std::vector<Span> also_at{};  // Other places with the same text, which was checked once.
  std::vector<Diagnostic> findings{};
};

struct LintCounts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
  std::size_t files = 0;  // Files with findings.
};

// The input of the reports of a lint run. All borrowed.
struct LintReport {
  const std::vector<LintedPolicy>& policies;
  const SourceTable& sources;
  const Diagnostics& diagnostics;  // Of reading the input.
};
[[nodiscard]] LintCounts count_findings(const LintReport& report);

// The findings as text: a summary on the first line, then each policy with findings. Of one code,
// the first five findings of a policy are shown and the others counted.
[[nodiscard]] std::string write_lint_text(const LintReport& report, TextStyle style);

// All findings as the object of docs/schema/lint-1.json.
void write_lint_json(JsonWriter& out, const LintReport& report);

}  // namespace rolecall
