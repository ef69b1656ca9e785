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

// The audit: fixed rules, listed in docs/audit.md, about the trust policies of an estate, and about
// roles, identity-based policies, providers and the organization as far as they matter for trust.
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
  std::string_view equivalents{};  // Names of other tools' checks, separated by `; `; may be empty.
};
// Every rule, in the order of reports; a meta-test walks it.
[[nodiscard]] std::span<const AuditRule> audit_rules();
[[nodiscard]] const AuditRule* find_audit_rule(std::string_view id);

// Edits of the policy of a finding, tried on a copy: the rule no longer reports the edited
// document, and by compare_policies the edited document admits nobody new.
struct AuditRemedy {
  std::string summary{};  // Imperative, one line.
  std::vector<JsonEdit> edits{};
  std::string document_after{};
};

// A finding that the user accepts; it is still listed, but not counted.
struct Suppression {
  std::string rule{};
  std::string subject{};
  // As in AuditFinding. In a baseline, empty covers every finding of the rule and subject.
  std::string evidence{};
  std::string reason{};
  std::optional<EpochSeconds> expires{};  // From this time on the finding counts again.
  bool is_inline = false;                 // From a tag of the role itself, not from the baseline.
  Span at{};
};

struct AuditFinding {
  const AuditRule* rule = nullptr;  // Never null.
  AuditSeverity severity{};         // That of the rule, or a lower one.
  std::string account{};            // Empty for the organization.
  // ARN of the role, user, policy or provider; id of the organization or of its policy.
  std::string subject{};
  std::string message{};
  // Identifies the finding among those of its rule and subject, independent of line numbers.
  std::string evidence{};
  std::vector<std::string> principals{};  // Who is let in; empty for rules about something else.
  const Policy* policy = nullptr;         // The policy it is about; may be null.
  const Statement* statement = nullptr;   // Of that policy; may be null.
  Span at{};
  // Names the policies that refuse what the trust policy grants; empty: none does.
  std::string neutralized{};
  std::optional<AuditRemedy> remedy{};
  std::optional<Suppression> suppression{};
};

// Missing data, because of which some rules could not check something.
struct AuditGap {
  std::string what{};
  std::string why{};
  std::string obtain{};                 // A command or an option; may be empty.
  std::vector<std::string> accounts{};  // All accounts that lack it; `what` may name only a few.
  bool hides = false;  // The data was supplied but not read in full: findings may be hidden.
};

// Whether any gap has `hides` set.
[[nodiscard]] bool hides_some(const std::vector<AuditGap>& gaps);

struct AuditOptions {
  // Accounts that belong to the zone of trust in addition to those of the organization or, without
  // an organization file, to those whose exports are in the estate.
  std::vector<std::string> trusted_accounts{};
  std::map<std::string, std::string, std::less<>> known_accounts{};  // Account id to owner's name.
  std::vector<Suppression> baseline{};
  // Without it, rules that depend on the date do not run, and suppressions that expire do not hold.
  std::optional<EpochSeconds> now{};
  int unused_days = 90;  // A role that was not used for longer is reported.
  bool remedies = true;  // Whether to look for remedies.
};

struct AuditAnswer {
  std::vector<AuditFinding> findings{};  // Most severe first, then by rule and subject.
  std::vector<AuditGap> gaps{};
  std::vector<Suppression> expired{};  // Suppressions that no longer hold.
  std::size_t roles = 0;               // How many were checked.
  std::size_t accounts = 0;
};

// Runs every rule. The answer borrows from the estate. The first form uses an index that other
// questions share.
[[nodiscard]] AuditAnswer audit_estate(const WhoIndex& index, const AuditOptions& options);
[[nodiscard]] AuditAnswer audit_estate(const Estate& estate, const AuditOptions& options);

// 16 hexadecimal digits, the same for the same rule, subject and evidence in every version.
[[nodiscard]] std::string audit_fingerprint(std::string_view rule, std::string_view subject,
                                            std::string_view evidence);
[[nodiscard]] std::string audit_fingerprint(const AuditFinding& finding);

// Adds the entries of `{"KnownAccounts": [{"Account", "Name", "Source"}]}` to the options.
void read_known_accounts(const JsonValue& document, AuditOptions& options,
                         Diagnostics& diagnostics);
// The JSON text of data/known-accounts.json: accounts of vendors that rolecall knows, in that form.
[[nodiscard]] std::string_view built_in_known_accounts();
// Adds the entries of `{"Suppressions": [{"Rule", "Subject", "Evidence"?, "Reason", "Expires"?}]}`
// to AuditOptions::baseline.
void read_baseline(const JsonValue& document, AuditOptions& options, Diagnostics& diagnostics);

}  // namespace rolecall
