// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/iam/policy.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// One policy document with what was found in it.
struct LintedPolicy {
  std::string title{};  // `role trust policy of arn:aws:iam::111122223333:role/deploy`.
  PolicyKind kind{};
  Span at{};
  std::vector<Span> also_at{};  // Where the same text stands again; it was checked once.
  std::vector<Diagnostic> findings{};
};

struct LintCounts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
  std::size_t files = 0;  // With findings.
};

// What a run found. All borrowed.
struct LintReport {
  const std::vector<LintedPolicy>& policies;
  const SourceTable& sources;
  const Diagnostics& diagnostics;  // About the input: what could not be read.
};
[[nodiscard]] LintCounts count_findings(const LintReport& report);

// The findings for a person: the first line is the answer, then each policy that has any. Of one
// code, the first five of a policy are shown and the rest is counted.
[[nodiscard]] std::string write_lint_text(const LintReport& report, TextStyle style);

// The findings as the object of docs/schema/lint-1.json: all of them.
void write_lint_json(JsonWriter& out, const LintReport& report);

}  // namespace rolecall
