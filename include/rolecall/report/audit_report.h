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

// An audit with what its report shows. All borrowed.
struct AuditReport {
  const Estate& estate;
  const AuditAnswer& answer;
  const Diagnostics& diagnostics;
  bool all = false;  // Text and Markdown: every finding is listed, not the first of each rule.
};

// How many findings there are that are not suppressed.
struct AuditCounts {
  std::array<std::size_t, 5> by_severity{};  // By AuditSeverity.
  std::size_t suppressed = 0;
};
[[nodiscard]] AuditCounts count_findings(const AuditAnswer& answer);
// `3 findings: 1 high and 2 low; 1 more suppressed; 12 roles of 2 accounts looked at`. `unread`: a
// file of the estate could not be read.
[[nodiscard]] std::string describe_counts(const AuditAnswer& answer, bool unread = false);

// The findings for a person: how many first, then by severity and rule.
[[nodiscard]] std::string write_audit_text(const AuditReport& report, TextStyle style);

// The same for a comment on a pull request. What came from outside is written so that Markdown has
// no meaning in it.
[[nodiscard]] std::string write_audit_markdown(const AuditReport& report);

// All of it as the object of docs/schema/audit-1.json.
void write_audit_json(JsonWriter& out, const AuditReport& report);

// The findings as a SARIF 2.1.0 log, suppressed ones included.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
void write_audit_sarif(JsonWriter& out, const AuditReport& report);

// A baseline that covers every finding that is not suppressed, and the suppressions that hold.
void write_audit_baseline(JsonWriter& out, const AuditReport& report);

}  // namespace rolecall
