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
};
[[nodiscard]] std::vector<SarifRule> sarif_audit_rules();

struct SarifResult {
  std::string_view rule{};
  AuditSeverity severity{};
  std::string message{};
  std::string_view subject{};
  Span at{};
  std::string fingerprint{};
  std::string_view baseline_state{};  // `new`, `updated`; empty where nothing is compared.
  const Suppression* suppression = nullptr;
};
[[nodiscard]] SarifResult sarif_result(const AuditFinding& finding);

// A log with one run. Results are of rules that are there, and their places in `sources`.
void write_sarif(JsonWriter& out, std::span<const SarifRule> rules,
                 std::span<const SarifResult> results, const SourceTable& sources);

}  // namespace rolecall
