// SPDX-License-Identifier: Apache-2.0
// Checks of the form of a trust policy and of the principals it names.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"

#include "estate/entity_lists.h"
#include "iam/policy_check_run.h"
#include "reach/audit_editor.h"
#include "reach/audit_run.h"
#include "reach/gate_residual.h"

namespace rolecall {

namespace {

// IAM quotas for a trust policy, in characters without white space.
constexpr std::size_t kTrustQuota = 2048;
constexpr std::size_t kNearQuota = kTrustQuota * 8 / 10;

void check_size_of(RoleAudit& audit) {
  const std::string_view text = audit.sources.text(audit.trust.at);
  const auto size = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return std::string_view(" \t\r\n").find(c) == std::string_view::npos;
  }));
  if (size <= kNearQuota) return;
  audit.report(
      {.rule = "trust-size-near-limit",
       .message = fmt::format("the trust policy has {} of {} characters", size, kTrustQuota),
       .at = audit.trust.at});
}

void check_version_of(RoleAudit& audit) {
  if (audit.trust.variables) return;
  AuditEditor editor(audit);
  editor.add_version();
  audit.report(
      {.rule = "trust-version-missing",
       .message = audit.trust.version.value.empty()
                      ? "the trust policy has no Version, so policy variables are plain text"
                      : "the trust policy has the old Version, so policy variables are plain text",
       .at = audit.trust.version.at.known() ? audit.trust.version.at : audit.trust.at,
       .remedy = "set Version to 2012-10-17",
       .edits = editor.edits()});
}

// The actions that callers of these kinds can use.
std::vector<std::string> actions_for(const Statement& statement) {
  CallerSet callers = 0;
  for (const PrincipalElement& each : statement.principal.items) callers |= callers_of(each);
  std::vector<std::string> actions;
  if ((callers & (callers::kSigned | callers::kService)) != 0)
    actions.emplace_back("sts:AssumeRole");
  if ((callers & callers::kOidc) != 0) actions.emplace_back("sts:AssumeRoleWithWebIdentity");
  if ((callers & callers::kSaml) != 0) actions.emplace_back("sts:AssumeRoleWithSAML");
  return actions;
}

void check_action(RoleAudit& audit, const Statement& statement) {
  if (statement.action.negated) {
    audit.report(
        {.rule = "trust-allow-notaction",
         .message = fmt::format("{} allows every action but some", statement_words(statement)),
         .evidence = statement_identity(statement),
         .at = statement.action.at,
         .statement = &statement});
    return;
  }
  const auto broad = std::find_if(
      statement.action.items.begin(), statement.action.items.end(),
      [](const Text& each) { return action_matches(each.value, "sts:GetCallerIdentity"); });
  if (broad == statement.action.items.end()) return;
  const std::vector<std::string> actions = actions_for(statement);
  AuditEditor editor(audit);
  editor.replace_action(statement, actions);
  const bool everyone = std::any_of(
      statement.principal.items.begin(), statement.principal.items.end(),
      [](const PrincipalElement& each) { return each.form == PrincipalForm::Everyone; });
  audit.report({.rule = "trust-wildcard-action",
                .message = fmt::format("{} allows `{}`, session tags and source identity included",
                                       statement_words(statement), broad->value),
                .evidence = std::string(broad->value),
                .at = broad->at,
                .statement = &statement,
                .remedy = everyone ? "" : fmt::format("allow {} only", join_list(actions)),
                .edits = editor.edits()});
}

// ---- Principals that do not exist ---------------------------------------------------------------

void report_dead(RoleAudit& audit, std::string_view rule, const Statement& statement,
                 const PrincipalElement& element, std::string message) {
  AuditEditor editor(audit);
  editor.remove_principal(statement, element);
  audit.report({.rule = rule,
                .message = std::move(message),
                .evidence = std::string(element.value.value),
                .at = element.value.at,
                .statement = &statement,
                .principals = {std::string(element.value.value)},
                .remedy = fmt::format("remove `{}`", element.value.value),
                .edits = editor.edits()});
}

bool is_missing(const Estate& estate, const PrincipalElement& element) {
  const Account* const account = estate.find_account(element.account);
  if (account == nullptr || !account->exported) return false;
  if (element.form == PrincipalForm::User) {
    return lists_users(*account) && estate.find_user(element.value.value) == nullptr;
  }
  if (!lists_roles(*account)) return false;
  return element.form == PrincipalForm::Session
             ? estate.find_role_by_name(element.account, element.name) == nullptr
             : estate.find_role(element.value.value) == nullptr;
}

bool is_closed(const Estate& estate, std::string_view account) {
  if (!estate.organization) return false;
  const OrganizationNode* const node = estate.organization->find(account);
  return node != nullptr && !node->status.empty() && node->status != "ACTIVE";
}

void check_existence(RoleAudit& audit, const Statement& statement, const PrincipalElement& each) {
  const Estate& estate = audit.context.estate;
  switch (each.form) {
    case PrincipalForm::UniqueId:
      if (audit.context.has_unique_id(each.value.value)) return;
      return report_dead(audit, "trust-dangling-principal", statement, each,
                         fmt::format("`{}` stands for a deleted principal", each.value.value));
    case PrincipalForm::User:
    case PrincipalForm::Role:
    case PrincipalForm::Session:
      if (is_missing(estate, each)) {
        return report_dead(audit, "trust-nonexistent-principal", statement, each,
                           fmt::format("`{}` does not exist", each.value.value));
      }
      break;
    default:
      break;
  }
  if (!is_closed(estate, each.account)) return;
  report_dead(audit, "trust-deleted-account", statement, each,
              fmt::format("account {} is {}", each.account,
                          estate.organization->find(each.account)->status));
}

// ---- Principals that are wide, or named twice ---------------------------------------------------

bool is_attribute(const Condition& condition) {
  return (starts_with_ignore_case(condition.key.value, kPrincipalTags) ||
          is_key(condition, "aws:PrincipalArn") || is_key(condition, "aws:userid") ||
          is_key(condition, "aws:username") || is_key(condition, "aws:PrincipalOrgPaths")) &&
         compares(condition);
}

void check_root(RoleAudit& audit, const Statement& statement, const PrincipalElement& each) {
  if (each.form != PrincipalForm::Account || !audit.context.zone.has(each.account)) return;
  if (!is_about(statement, actions::kAssumeRole)) return;
  if (std::any_of(statement.conditions.begin(), statement.conditions.end(), is_attribute)) return;
  const bool own = each.account == audit.account.id;
  audit.report(
      {.rule = "trust-account-root-broad",
       .message = fmt::format(
           "which principals of {} get in is left to their own policies",
           own ? std::string("the role's own account") : fmt::format("account {}", each.account)),
       .evidence = std::string(each.account),
       .at = each.value.at,
       .statement = &statement,
       .principals = {std::string(each.account)},
       .severity = own ? AuditSeverity::Low : AuditSeverity::Medium});
}

// The element of the same statement that admits everyone whom `each` admits.
const PrincipalElement* covering(const RoleAudit& audit, const Statement& statement,
                                 const PrincipalElement& each) {
  for (const PrincipalElement& other : statement.principal.items) {
    if (&other == &each || other.account != each.account || each.account.empty()) continue;
    if (each.form == PrincipalForm::Session && other.form == PrincipalForm::Role &&
        other.name == each.name) {
      return &other;
    }
    // Not in the role's own account: a principal that is named there needs no Allow of its own.
    if (other.form == PrincipalForm::Account && each.form != PrincipalForm::Account &&
        each.account != audit.account.id) {
      return &other;
    }
  }
  return nullptr;
}

void check_redundant(RoleAudit& audit, const Statement& statement, const PrincipalElement& each) {
  const PrincipalElement* const other = covering(audit, statement, each);
  if (other == nullptr) return;
  AuditEditor editor(audit);
  editor.remove_principal(statement, each);
  audit.report({.rule = "trust-redundant-principal",
                .message = fmt::format("`{}` is let in by `{}` already", each.value.value,
                                       other->value.value),
                .evidence = std::string(each.value.value),
                .at = each.value.at,
                .statement = &statement,
                .remedy = fmt::format("remove `{}`", each.value.value),
                .edits = editor.edits()});
}

void check_self(RoleAudit& audit, const Statement& statement, const PrincipalElement& each) {
  if (each.form != PrincipalForm::Role || each.value.value != audit.role.arn) return;
  audit.report({.rule = "trust-self-assume",
                .message = "the role trusts itself",
                .evidence = std::string(each.value.value),
                .at = each.value.at,
                .statement = &statement});
}

}  // namespace

void check_trust_form(RoleAudit& audit) {
  check_size_of(audit);
  check_version_of(audit);
  each_allow(audit, [&](const Statement& statement) {
    check_action(audit, statement);
    if (!statement.principal.negated) return;
    audit.report({.rule = "trust-allow-notprincipal",
                  .message = fmt::format("{} admits everyone but those it names",
                                         statement_words(statement)),
                  .evidence = statement_identity(statement),
                  .at = statement.principal.at,
                  .statement = &statement});
  });
}

void check_trust_principals(RoleAudit& audit) {
  each_trusted(audit, [&](const Statement& statement, const PrincipalElement& each) {
    check_existence(audit, statement, each);
    check_root(audit, statement, each);
    check_redundant(audit, statement, each);
    check_self(audit, statement, each);
  });
}

}  // namespace rolecall
