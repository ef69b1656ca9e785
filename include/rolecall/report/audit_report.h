// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/reach/audit.h"
#include "rolecall/report/explain_report.h"

namespace rolecall {

// The input of the reports of an audit. All borrowed.
struct AuditReport {
  const Estate& estate;
  const AuditAnswer& answer;
  const Diagnostics& diagnostics;
  bool all = false;  // Text and Markdown: list every finding, not only the first of each rule.
};

struct AuditCounts {
  std::array<std::size_t, 5> by_severity{};  // Findings that are not suppressed, by AuditSeverity.
  std::size_t suppressed = 0;
};
[[nodiscard]] AuditCounts count_findings(const AuditAnswer& answer);
// `3 findings: 1 high and 2 low; 1 more suppressed; 12 roles of 2 accounts looked at`. `unread`: a
// file of the estate could not be read.
[[nodiscard]] std::string describe_counts(const AuditAnswer& answer, bool unread = false);

// The findings as text: their number on the first line, then by severity and rule.
[[nodiscard]] std::string write_audit_text(const AuditReport& report, TextStyle style);

// The same as Markdown, for a comment on a pull request. Text from files is escaped.
[[nodiscard]] std::string write_audit_markdown(const AuditReport& report);

// The findings as the object of docs/schema/audit-1.json.
void write_audit_json(JsonWriter& out, const AuditReport& report);

// The findings as a SARIF 2.1.0 log, suppressed ones included.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
void write_audit_sarif(JsonWriter& out, const AuditReport& report);

// Writes a baseline that covers every finding that is not suppressed, and keeps the suppressions
// that still apply.
void write_audit_baseline(JsonWriter& out, const AuditReport& report);

}  // namespace rolecall
