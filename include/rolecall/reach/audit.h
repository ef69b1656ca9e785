// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/base/json_edit.h"
#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

// What is wrong with the trust in the roles of an estate. docs/audit.md lists the rules.
namespace rolecall {

enum class AuditSeverity : std::uint8_t { Info, Low, Medium, High, Critical };
// `info`, `low`, `medium`, `high`, `critical`.
[[nodiscard]] std::string_view audit_severity_name(AuditSeverity severity);
[[nodiscard]] std::optional<AuditSeverity> find_audit_severity(std::string_view name);

struct AuditRule {
  std::string_view id{};  // `trust-public`; as permanent as a diagnostic code.
  AuditSeverity severity{};
  std::string_view title{};        // What is wrong, in one clause.
  std::string_view advice{};       // What to do, one imperative sentence.
  std::string_view equivalents{};  // Checks of other tools, `; ` between them; may be empty.
};
// Every rule, in the order of reports; a meta-test walks it.
[[nodiscard]] std::span<const AuditRule> audit_rules();
[[nodiscard]] const AuditRule* find_audit_rule(std::string_view id);

// An edit of the policy of a finding that was tried out: the rule is silent on the edited document,
// and compare_policies says that it admits nobody it did not admit before.
struct AuditRemedy {
  std::string summary{};  // Imperative, one line.
  std::vector<JsonEdit> edits{};
  std::string document_after{};
};

// Why a finding is not counted.
struct Suppression {
  std::string rule{};
  std::string subject{};
  std::string evidence{};  // Baseline: empty covers every finding of the rule and subject.
  std::string reason{};
  std::optional<EpochSeconds> expires{};  // It holds until then.
  bool is_inline = false;                 // A tag of the role itself, not the baseline.
  Span at{};
};

struct AuditFinding {
  const AuditRule* rule = nullptr;  // Never null.
  AuditSeverity severity{};         // That of the rule, or less.
  std::string account{};            // Empty for the organization.
  // ARN of the role, user, policy or provider; id of the organization or of its policy.
  std::string subject{};
  std::string message{};
  // With rule and subject the identity of the finding: does not change when lines move.
  std::string evidence{};
  std::vector<std::string> principals{};  // Who is let in, where that is the point.
  const Policy* policy = nullptr;         // The policy it is about; may be null.
  const Statement* statement = nullptr;   // Of that policy; may be null.
  Span at{};
  std::string neutralized{};  // What refuses the access all the same; empty: nothing does.
  std::optional<AuditRemedy> remedy{};
  std::optional<Suppression> suppression{};
};

// Data that is missing, so that something was not looked at.
struct AuditGap {
  std::string what{};
  std::string why{};
  std::string obtain{};                 // A command or an option; may be empty.
  std::vector<std::string> accounts{};  // All that lack it, where `what` may name the first ones.
  bool hides = false;  // It was supplied and could not be read in full: it may hide findings.
};

// Whether some of the gaps hide findings.
[[nodiscard]] bool hides_some(const std::vector<AuditGap>& gaps);

struct AuditOptions {
  // Accounts that count as one's own, beside those of the organization (without an organization
  // file: beside those whose exports are in the estate).
  std::vector<std::string> trusted_accounts{};
  std::map<std::string, std::string, std::less<>> known_accounts{};  // Account to its owner.
  std::vector<Suppression> baseline{};
  std::optional<EpochSeconds> now{};  // Without it nothing that depends on the date is looked at.
  int unused_days = 90;
  bool remedies = true;  // Try out remedies.
};

struct AuditAnswer {
  std::vector<AuditFinding> findings{};  // Most severe first, then by rule and subject.
  std::vector<AuditGap> gaps{};
  std::vector<Suppression> expired{};  // Suppressions that no longer hold.
  std::size_t roles = 0;               // That were looked at.
  std::size_t accounts = 0;
};

// Runs every rule. The answer borrows from the estate of the index.
[[nodiscard]] AuditAnswer audit_estate(const WhoIndex& index, const AuditOptions& options);
[[nodiscard]] AuditAnswer audit_estate(const Estate& estate, const AuditOptions& options);

// 16 hexadecimal digits: the same for the same rule, subject and evidence, in every version.
[[nodiscard]] std::string audit_fingerprint(std::string_view rule, std::string_view subject,
                                            std::string_view evidence);
[[nodiscard]] std::string audit_fingerprint(const AuditFinding& finding);

// Reads `{"KnownAccounts": [{"Account", "Name", "Source"}]}`.
void read_known_accounts(const JsonValue& document, AuditOptions& options,
                         Diagnostics& diagnostics);
// The accounts of vendors that rolecall knows, in that form: data/known-accounts.json.
[[nodiscard]] std::string_view built_in_known_accounts();
// Reads `{"Suppressions": [{"Rule", "Subject", "Evidence"?, "Reason", "Expires"?}]}`.
void read_baseline(const JsonValue& document, AuditOptions& options, Diagnostics& diagnostics);

}  // namespace rolecall
