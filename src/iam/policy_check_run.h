// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rolecall/iam/context_key.h"
#include "rolecall/iam/policy_check.h"
#include "rolecall/iam/variable.h"

namespace rolecall {

// The input of the checks and the destination of what they report.
class PolicyCheckRun {
 public:
  PolicyCheckRun(const Policy& checked, const SourceTable& its_sources, PolicyOrigin its_origin,
                 Diagnostics& findings)
      : policy(checked), sources(its_sources), origin(its_origin), findings_(findings) {}

  // Sets the code of what is reported from here on.
  void begin(DiagnosticCode code) { code_ = code; }
  // Shortens a long message or help: the values they quote can be as long as the document.
  void report(Severity severity, std::string message, Span at, std::string help = {});
  void error(std::string message, Span at, std::string help = {}) {
    report(Severity::Error, std::move(message), at, std::move(help));
  }
  void warning(std::string message, Span at, std::string help = {}) {
    report(Severity::Warning, std::move(message), at, std::move(help));
  }
  void note(std::string message, Span at, std::string help = {}) {
    report(Severity::Note, std::move(message), at, std::move(help));
  }

  const Policy& policy;
  const SourceTable& sources;
  const PolicyOrigin origin;

 private:
  Diagnostics& findings_;
  DiagnosticCode code_{};
};

// Calls `use(statement, condition)` for every condition of the policy.
template <typename Use>
void each_condition(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    for (const Condition& each : statement.conditions) use(statement, each);
  }
}

// `did you mean ...?`, or empty.
[[nodiscard]] std::string suggest(std::string_view word,
                                  std::span<const std::string_view> candidates);
// Whether the key begins with the prefix, such as `aws:`. Letter case is ignored.
[[nodiscard]] bool has_prefix(std::string_view key, std::string_view prefix);
// Whether one of the characters `wildcards` is in the text outside of `${...}`.
[[nodiscard]] bool has_open_wildcard(std::string_view text, std::string_view wildcards = "*?");

// The role-assuming actions and sub-actions that the statement's Action or NotAction matches;
// kOther when it matches or may match any other action.
[[nodiscard]] ActionSet matched_actions(const PatternList& actions);
// The kinds of callers that the principal may match. For Everyone all of them, as AWS does not
// document whether `{"AWS": "*"}` includes federated callers and services.
[[nodiscard]] CallerSet callers_of(const PrincipalElement& principal);
// The kinds of callers whose requests may have the key; all for an unknown key.
[[nodiscard]] CallerSet callers_with(std::string_view key);
// Whether the condition is true when its key is absent.
[[nodiscard]] bool true_when_absent(const Condition& condition);

// A statement's principals as a list; empty for NotPrincipal.
[[nodiscard]] std::span<const PrincipalElement> principals_of(const Statement& statement);

// The fields of an ARN pattern; colons inside `${...}` do not separate fields.
struct ArnFields {
  std::string_view field[6]{};
  std::size_t count = 0;  // How many fields there are, at most 6.
};
[[nodiscard]] ArnFields split_arn_pattern(std::string_view text);

// The checks, in the files policy_check_*.cc.
void check_size(PolicyCheckRun& run);
void check_characters(PolicyCheckRun& run);
void check_version(PolicyCheckRun& run);
void check_inactive_variables(PolicyCheckRun& run);
void check_repeated_sids(PolicyCheckRun& run);
void check_sid_characters(PolicyCheckRun& run);
void check_id(PolicyCheckRun& run);
void check_resource_control_form(PolicyCheckRun& run);
void check_principal_wildcards(PolicyCheckRun& run);
void check_bare_principal(PolicyCheckRun& run);
void check_not_principal(PolicyCheckRun& run);
void check_impossible_principals(PolicyCheckRun& run);
void check_deleted_principals(PolicyCheckRun& run);
void check_action_form(PolicyCheckRun& run);
void check_trust_actions(PolicyCheckRun& run);
void check_mismatched_actions(PolicyCheckRun& run);
void check_service_actions(PolicyCheckRun& run);
void check_unknown_actions(PolicyCheckRun& run);
void check_resource_form(PolicyCheckRun& run);
void check_unmatched_resources(PolicyCheckRun& run);
void check_partitions(PolicyCheckRun& run);
void check_key_form(PolicyCheckRun& run);
void check_unknown_keys(PolicyCheckRun& run);
void check_keys_of_actions(PolicyCheckRun& run);
void check_keys_of_callers(PolicyCheckRun& run);
void check_claims(PolicyCheckRun& run);
void check_issuers(PolicyCheckRun& run);
void check_operator_types(PolicyCheckRun& run);
void check_literal_wildcards(PolicyCheckRun& run);
void check_inexact_ids(PolicyCheckRun& run);
void check_value_form(PolicyCheckRun& run);
void check_private_addresses(PolicyCheckRun& run);
void check_impossible_values(PolicyCheckRun& run);
void check_short_arn_patterns(PolicyCheckRun& run);
void check_bare_arn_wildcards(PolicyCheckRun& run);
void check_loose_arn_matches(PolicyCheckRun& run);
void check_missing_set_operators(PolicyCheckRun& run);
void check_needless_set_operators(PolicyCheckRun& run);
void check_for_all_values_allows(PolicyCheckRun& run);
void check_null_if_exists(PolicyCheckRun& run);
void check_empty_conditions(PolicyCheckRun& run);
void check_misplaced_variables(PolicyCheckRun& run);
void check_unknown_variables(PolicyCheckRun& run);
void check_mfa(PolicyCheckRun& run);
void check_surrounding_space(PolicyCheckRun& run);
void check_tenant_claims(PolicyCheckRun& run);
void check_open_tenant_claims(PolicyCheckRun& run);
void check_open_issuers(PolicyCheckRun& run);
void check_federation_lockout(PolicyCheckRun& run);
void check_redundant_statements(PolicyCheckRun& run);
void check_denied_statements(PolicyCheckRun& run);
void check_contradictions(PolicyCheckRun& run);

}  // namespace rolecall
