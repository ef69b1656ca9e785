// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/source.h"
#include "rolecall/reach/audit.h"

// SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
namespace rolecall {

struct SarifRule {
  std::string_view id{};
  AuditSeverity severity{};
  std::string_view title{};
  std::string_view advice{};
  std::string_view equivalents{};  // Checks of other tools, separated by `; `; may be empty.
};
[[nodiscard]] std::vector<SarifRule> sarif_audit_rules();

struct SarifResult {
  std::string_view rule{};
  AuditSeverity severity{};
  std::string message{};
  std::string_view subject{};
  Span at{};
  std::string fingerprint{};
  std::string_view baseline_state{};  // `new` or `updated`; empty without a comparison.
  const Suppression* suppression = nullptr;
};
[[nodiscard]] SarifResult sarif_result(const AuditFinding& finding);

// One run. All borrowed. REQUIRES: `rules` has the rule of every result, and `sources` its place.
struct SarifRun {
  std::span<const SarifRule> rules{};
  std::span<const SarifResult> results{};
  const SourceTable& sources;
  std::vector<std::string> notifications{};  // What was not checked.
  bool successful = true;                    // False: there was nothing to check.
};
// One line: what was not checked, why, and how to obtain the data.
[[nodiscard]] std::string gap_words(std::string_view what, std::string_view why,
                                    std::string_view obtain);

// Writes a log with this run.
void write_sarif(JsonWriter& out, const SarifRun& run);

}  // namespace rolecall
