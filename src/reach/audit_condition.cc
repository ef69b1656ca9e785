// SPDX-License-Identifier: Apache-2.0
// Checks of conditions of a trust policy that have no effect or another one than it seems.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/iam/policy_check.h"

#include "iam/policy_check_run.h"
#include "reach/audit_editor.h"
#include "reach/audit_run.h"
#include "reach/gate_residual.h"

namespace rolecall {

bool is_key(const Condition& condition, std::string_view key) {
  return equals_ignore_case(condition.key.value, key);
}

bool compares(const Condition& condition) {
  return condition.operation != nullptr && !condition.operation->negated &&
         condition.operation->family != OperatorFamily::Null;
}

bool demands(const Condition& condition) {
  return compares(condition) && !true_when_absent(condition);
}

bool is_pattern(const Condition& condition, std::string_view value) {
  return condition.operation != nullptr && condition.operation->wildcards && has_wildcard(value);
}

const Condition* find_demand(const Statement& statement, std::string_view key) {
  for (const Condition& each : statement.conditions) {
    if (is_key(each, key) && demands(each)) return &each;
  }
  return nullptr;
}

std::string statement_words(const Statement& statement) {
  return statement.sid.value.empty()
             ? fmt::format("statement {}", statement.index)
             : fmt::format("statement {} (`{}`)", statement.index, statement.sid.value);
}

std::string statement_identity(const Statement& statement) {
  return statement.sid.value.empty() ? fmt::format("statement {}", statement.index)
                                     : std::string(statement.sid.value);
}

namespace {

constexpr std::string_view kMfaPresent = "aws:MultiFactorAuthPresent";

std::string condition_evidence(const Condition& condition) {
  return fmt::format("{} {}", condition.operator_text.value, condition.key.value);
}

AuditHit condition_report(std::string_view rule, const Statement& statement,
                          const Condition& condition, std::string message) {
  return {.rule = rule,
          .message = std::move(message),
          .evidence = condition_evidence(condition),
          .at = condition.at,
          .statement = &statement};
}

// ---- MFA ----------------------------------------------------------------------------------------

bool wants_mfa(const Condition& condition) {
  if (is_key(condition, "aws:MultiFactorAuthAge")) return compares(condition);
  if (!is_key(condition, kMfaPresent) || !compares(condition)) return false;
  return std::all_of(condition.values.begin(), condition.values.end(),
                     [](const Text& each) { return equals_ignore_case(each.value, "true"); });
}

// Whether the element can stand for an IAM user: only users call with MFA.
bool can_be_user(const PrincipalElement& element) {
  return (callers_of(element) & callers::kUser) != 0;
}

void check_mfa_of(RoleAudit& audit, const Statement& statement) {
  const auto& items = statement.principal.items;
  const bool users =
      statement.principal.negated || std::any_of(items.begin(), items.end(), can_be_user);
  for (const Condition& each : statement.conditions) {
    if (!wants_mfa(each)) continue;
    if (demands(each) && !users) {
      audit.report(condition_report(
          "trust-mfa-condition-unsatisfiable", statement, each,
          "it asks for MFA, which sessions of roles, services and tokens never have"));
    }
    if (demands(each) || !users || !is_key(each, kMfaPresent)) continue;
    AuditHit report = condition_report(
        "trust-mfa-ifexists-allow", statement, each,
        fmt::format("`{}` lets access keys in without MFA", each.operator_text.value));
    AuditEditor editor(audit);
    editor.change_operator(statement, each, "Bool");
    report.remedy = "use Bool";
    report.edits = editor.edits();
    audit.report(std::move(report));
  }
}

// ---- External ID --------------------------------------------------------------------------------

void check_external_id_of(RoleAudit& audit, const Statement& statement) {
  for (const Condition& each : statement.conditions) {
    if (!is_key(each, "sts:ExternalId") || !compares(each)) continue;
    const auto open = std::find_if(each.values.begin(), each.values.end(), [&](const Text& value) {
      return is_pattern(each, value.value);
    });
    if (open != each.values.end()) {
      audit.report(
          condition_report("trust-external-id-wildcard", statement, each,
                           fmt::format("the external ID may be anything like `{}`", open->value)));
    } else if (!demands(each)) {
      AuditHit report = condition_report(
          "trust-external-id-wildcard", statement, each,
          fmt::format("`{}` lets callers in without an external ID", each.operator_text.value));
      AuditEditor editor(audit);
      editor.change_operator(statement, each, "StringEquals");
      report.remedy = "use StringEquals";
      report.edits = editor.edits();
      audit.report(std::move(report));
    }
  }
}

// ---- Conditions that an absent key satisfies ----------------------------------------------------

// Keys that every signed request has.
bool is_always_present(std::string_view key) {
  constexpr auto kPresent = std::to_array<std::string_view>(
      {"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid",
       "aws:CurrentTime", "aws:EpochTime", "aws:RequestedRegion", "aws:SecureTransport",
       "aws:PrincipalIsAWSService", "aws:ViaAWSService", "sts:RoleSessionName"});
  return std::any_of(kPresent.begin(), kPresent.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, key); });
}

void check_negated_of(RoleAudit& audit, const Statement& statement) {
  if (statement.conditions.empty()) return;
  const Condition* first = nullptr;
  for (const Condition& each : statement.conditions) {
    if (each.operation == nullptr || !each.operation->negated) return;
    if (is_always_present(each.key.value)) return;
    if (first == nullptr) first = &each;
  }
  audit.report(condition_report("trust-negated-condition-allow", statement, *first,
                                fmt::format("`{}` is true of every call that has no `{}`",
                                            first->operator_text.value, first->key.value)));
}

void check_for_all_values_of(RoleAudit& audit, const Statement& statement) {
  for (const Condition& each : statement.conditions) {
    if (each.qualifier != Qualifier::ForAllValues || is_issuer_key(each.key.value)) continue;
    const bool guarded = std::any_of(
        statement.conditions.begin(), statement.conditions.end(), [&](const Condition& other) {
          return is_key(other, each.key.value) && &other != &each && other.operation != nullptr &&
                 !true_when_absent(other);
        });
    if (guarded || is_always_present(each.key.value)) continue;
    AuditHit report = condition_report("trust-forallvalues-allow-open", statement, each,
                                       fmt::format("`{}` is true of every call that has no `{}`",
                                                   each.operator_text.value, each.key.value));
    if (!each.multi_valued_key) {
      AuditEditor editor(audit);
      const std::string_view plain =
          each.operator_text.value.substr(std::string_view("ForAllValues:").size());
      editor.change_operator(statement, each, plain);
      report.remedy = fmt::format("use {}", plain);
      report.edits = editor.edits();
    }
    audit.report(std::move(report));
  }
}

// ---- Sub-actions --------------------------------------------------------------------------------

bool is_tag_limit(const Condition& condition) {
  return starts_with_ignore_case(condition.key.value, "aws:RequestTag/") ||
         is_key(condition, "aws:TagKeys");
}

// Whether the statement admits a principal outside the zone of trust.
bool admits_outsiders(const RoleAudit& audit, const Statement& statement) {
  if (statement.principal.negated) return true;
  return std::any_of(statement.principal.items.begin(), statement.principal.items.end(),
                     [&](const PrincipalElement& each) {
                       const CallerSet callers = callers_of(each);
                       if (each.form == PrincipalForm::Everyone) return true;
                       if ((callers & callers::kFederated) != 0) return true;
                       return !each.account.empty() && !audit.context.zone.has(each.account);
                     });
}

bool asks_for_tags(const Policy& policy) {
  const auto has_tag = [&](std::string_view text) {
    return text.find(kPrincipalTags) != std::string_view::npos;
  };
  for (const Statement& statement : policy.statements) {
    for (const Condition& each : statement.conditions) {
      if (starts_with_ignore_case(each.key.value, kPrincipalTags)) return true;
      if (std::any_of(each.values.begin(), each.values.end(),
                      [&](const Text& value) { return has_tag(value.value); })) {
        return true;
      }
    }
    if (std::any_of(statement.resource.items.begin(), statement.resource.items.end(),
                    [&](const Text& each) { return has_tag(each.value); })) {
      return true;
    }
  }
  return false;
}

bool decides_by_tags(const RoleAudit& audit) {
  for (const AttachedPolicy& each :
       audit.context.estate.identity_policies(audit.account, audit.role)) {
    if (each.policy != nullptr && asks_for_tags(*each.policy.shared())) return true;
  }
  return false;
}

}  // namespace

void check_trust_conditions(RoleAudit& audit) {
  each_allow(audit, [&](const Statement& statement) {
    check_mfa_of(audit, statement);
    check_external_id_of(audit, statement);
    check_negated_of(audit, statement);
    check_for_all_values_of(audit, statement);
  });
  Diagnostics found;
  PolicyCheckRun run(audit.trust, audit.sources, PolicyOrigin::Stored, found);
  check_keys_of_actions(run);
  check_keys_of_callers(run);
  for (const Diagnostic& each : found.all()) {
    for (const Statement& statement : audit.trust.statements) {
      if (statement.effect != Effect::Allow || each.where.begin < statement.at.begin ||
          each.where.end > statement.at.end) {
        continue;
      }
      for (const Condition& condition : statement.conditions) {
        if (each.where.begin < condition.at.begin || each.where.end > condition.at.end) continue;
        audit.report(condition_report("trust-condition-dead", statement, condition, each.message));
      }
    }
  }
}

void check_trust_sub_actions(RoleAudit& audit) {
  each_allow(audit, [&](const Statement& statement) {
    if (!admits_outsiders(audit, statement)) return;
    const auto limited = [&](bool (*limits)(const Condition&)) {
      return std::any_of(statement.conditions.begin(), statement.conditions.end(), limits);
    };
    if (is_about(statement, actions::kTagSession) && !limited(is_tag_limit) &&
        decides_by_tags(audit)) {
      audit.report({.rule = "trust-tagsession-unrestricted",
                    .message = fmt::format("{} lets outsiders choose any session tag, and policies "
                                           "of the role decide by tags",
                                           statement_words(statement)),
                    .evidence = statement_identity(statement),
                    .at = statement.action.at,
                    .statement = &statement});
    }
    if (is_about(statement, actions::kSetSourceIdentity) &&
        !limited([](const Condition& each) { return is_key(each, "sts:SourceIdentity"); })) {
      audit.report({.rule = "trust-sourceidentity-unrestricted",
                    .message = fmt::format("{} lets outsiders choose any source identity",
                                           statement_words(statement)),
                    .evidence = statement_identity(statement),
                    .at = statement.action.at,
                    .statement = &statement});
    }
  });
}

}  // namespace rolecall
