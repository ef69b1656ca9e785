// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/report/audit_report.h"

namespace rolecall {

// Findings of one rule and severity that are not suppressed.
struct AuditGroup {
  const AuditRule* rule = nullptr;
  AuditSeverity severity{};
  std::vector<const AuditFinding*> findings{};
};
// In the order of the answer.
[[nodiscard]] std::vector<AuditGroup> group_findings(const AuditAnswer& answer);

// `role deploy of 444455556666`, `policy x of ...`, or the subject as it is. Not escaped; names
// stand between `quote`.
[[nodiscard]] std::string subject_words(const AuditFinding& finding, std::string_view quote);
// The message with what neutralizes it.
[[nodiscard]] std::string finding_words(const AuditFinding& finding);

// Text as Markdown that shows it and means nothing; what stands between backticks becomes code.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace rolecall
