// SPDX-License-Identifier: Apache-2.0
// Checks of trust in AWS services.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"

#include "reach/audit_editor.h"
#include "reach/audit_run.h"

namespace rolecall {

namespace {

struct SourceSender {
  std::string_view service{};
  bool sends_account = false;  // aws:SourceAccount as well as aws:SourceArn.
};
// Services whose documentation says that they send these keys when they assume a role; see
// docs/audit.md. EC2 and Lambda are not among them.
constexpr auto kSenders = std::to_array<SourceSender>({
    {"batch.amazonaws.com", true},
    {"bedrock.amazonaws.com", true},
    {"codebuild.amazonaws.com", false},
    {"ecs-tasks.amazonaws.com", true},
    {"eks.amazonaws.com", true},
    {"events.amazonaws.com", true},
    {"logs.amazonaws.com", false},
    {"monitoring.rds.amazonaws.com", true},
    {"pipes.amazonaws.com", true},
    {"resources.cloudformation.amazonaws.com", true},
    {"sagemaker.amazonaws.com", false},
    {"scheduler.amazonaws.com", true},
    {"ssm.amazonaws.com", true},
    {"states.amazonaws.com", true},
    {"transfer.amazonaws.com", true},
    {"vpc-flow-logs.amazonaws.com", true},
});

const SourceSender* find_sender(std::string_view service) {
  constexpr std::string_view kChina = ".cn";
  if (service.ends_with(kChina)) service.remove_suffix(kChina.size());
  const auto* const row = std::find_if(
      kSenders.begin(), kSenders.end(),
      [&](const SourceSender& each) { return equals_ignore_case(each.service, service); });
  return row == kSenders.end() ? nullptr : row;
}

bool is_source_key(const Condition& condition) {
  constexpr auto kKeys = std::to_array<std::string_view>(
      {"aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"});
  return compares(condition) && std::any_of(kKeys.begin(), kKeys.end(), [&](std::string_view each) {
           return is_key(condition, each);
         });
}

void check_deputy(RoleAudit& audit, const Statement& statement, const PrincipalElement& each) {
  const SourceSender* const sender = find_sender(each.value.value);
  if (sender == nullptr || audit.role.path.starts_with("/service-role/")) return;
  if (std::any_of(statement.conditions.begin(), statement.conditions.end(), is_source_key)) return;
  AuditHit report{
      .rule = "trust-service-confused-deputy",
      .message = fmt::format("`{}` is trusted whoever's resource it acts for", each.value.value),
      .evidence = std::string(each.value.value),
      .at = each.value.at,
      .statement = &statement,
      .principals = {std::string(each.value.value)}};
  const bool all_send = std::all_of(
      statement.principal.items.begin(), statement.principal.items.end(),
      [](const PrincipalElement& other) {
        const SourceSender* const row =
            other.form == PrincipalForm::Service ? find_sender(other.value.value) : nullptr;
        return row != nullptr && row->sends_account;
      });
  if (all_send) {
    AuditEditor editor(audit);
    editor.add_condition(statement, "aws:SourceAccount", {audit.account.id});
    report.remedy = fmt::format("ask for aws:SourceAccount {}", audit.account.id);
    report.edits = editor.edits();
  }
  audit.report(std::move(report));
}

void check_source(RoleAudit& audit, const Statement& statement) {
  const Condition* account = nullptr;
  const Condition* arn = nullptr;
  for (const Condition& each : statement.conditions) {
    if (!compares(each)) continue;
    if (is_key(each, "aws:SourceAccount")) account = &each;
    if (is_key(each, "aws:SourceArn")) arn = &each;
  }
  if (arn == nullptr) return;
  for (const Text& each : arn->values) {
    if (each.value == "*") {
      audit.report({.rule = "trust-service-source-mismatch",
                    .message = "`*` as aws:SourceArn narrows nothing",
                    .evidence = std::string(each.value),
                    .at = each.at,
                    .statement = &statement});
      continue;
    }
    const auto parts = Arn::split(each.value);
    if (account == nullptr || !parts || !is_account_id(parts->account)) continue;
    const bool named =
        std::any_of(account->values.begin(), account->values.end(),
                    [&](const Text& value) { return wildcard_match(value.value, parts->account); });
    if (named) continue;
    audit.report({.rule = "trust-service-source-mismatch",
                  .message = fmt::format("`{}` is not of an account that aws:SourceAccount names, "
                                         "so the statement never applies to it",
                                         each.value),
                  .evidence = std::string(each.value),
                  .at = each.at,
                  .statement = &statement});
  }
}

bool binds_certificate(const Condition& condition) {
  return compares(condition) &&
         (is_key(condition, "aws:SourceArn") ||
          starts_with_ignore_case(condition.key.value, "aws:PrincipalTag/x509") ||
          starts_with_ignore_case(condition.key.value, "aws:RequestTag/x509"));
}

void check_anywhere(RoleAudit& audit, const Statement& statement, const PrincipalElement& each) {
  if (!equals_ignore_case(each.value.value, "rolesanywhere.amazonaws.com")) return;
  if (std::any_of(statement.conditions.begin(), statement.conditions.end(), binds_certificate)) {
    return;
  }
  audit.report({.rule = "rolesanywhere-unrestricted",
                .message = "any certificate of any trust anchor of the account will do",
                .evidence = std::string(each.value.value),
                .at = each.value.at,
                .statement = &statement,
                .principals = {std::string(each.value.value)}});
}

}  // namespace

void check_trust_services(RoleAudit& audit) {
  each_allow(audit, [&](const Statement& statement) {
    if (!is_about(statement, actions::kAssumeRole) || statement.principal.negated) return;
    bool services = false;
    for (const PrincipalElement& each : statement.principal.items) {
      if (each.form != PrincipalForm::Service) continue;
      services = true;
      check_deputy(audit, statement, each);
      check_anywhere(audit, statement, each);
    }
    if (services) check_source(audit, statement);
  });
}

}  // namespace rolecall
