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
// Groups the findings, in the order of the answer.
[[nodiscard]] std::vector<AuditGroup> group_findings(const AuditAnswer& answer);

// The subject: `role deploy of 444455556666`, `policy x of ...`, or as it is. Names are put between
// two `quote`. Not escaped.
[[nodiscard]] std::string subject_words(const AuditFinding& finding, std::string_view quote);
// The message, with what makes the finding harmless.
[[nodiscard]] std::string finding_words(const AuditFinding& finding);

// Escapes text for Markdown; text between backticks becomes code.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace rolecall
