// SPDX-License-Identifier: Apache-2.0
// Checks of what a role may do, who can assume it, and its settings.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/who.h"

#include "reach/audit_access.h"
#include "reach/audit_run.h"

namespace rolecall {

namespace {

constexpr std::string_view kAdministrator = ":iam::aws:policy/AdministratorAccess";
constexpr std::string_view kReadOnly = ":iam::aws:policy/ReadOnlyAccess";
constexpr std::int64_t kLongSession = 4LL * 3600;
constexpr EpochSeconds kDay = 86400;

bool has_item(const PatternList& list, std::string_view wanted) {
  return list.present && !list.negated &&
         std::any_of(list.items.begin(), list.items.end(),
                     [&](const Text& each) { return each.value == wanted; });
}

bool is_everything(const Statement& statement) {
  return statement.effect == Effect::Allow && statement.conditions.empty() &&
         (has_item(statement.action, "*") || has_item(statement.action, "*:*")) &&
         has_item(statement.resource, "*");
}

}  // namespace

bool Privileges::grants_all(const Policy* policy) {
  if (policy == nullptr) return false;
  const auto [known, added] = known_.try_emplace(policy, false);
  if (added) {
    known->second =
        std::any_of(policy->statements.begin(), policy->statements.end(), is_everything);
  }
  return known->second;
}

bool Privileges::attached_grants_all(const Account& account, const IamEntity& entity) {
  for (const std::string_view arn : entity.attached_arns) {
    if (arn.ends_with(kAdministrator)) return true;
    const ManagedPolicy* const managed = estate_.find_policy(account.id, arn);
    if (managed != nullptr && grants_all(managed->document().shared())) return true;
  }
  return std::any_of(entity.inline_policies.begin(), entity.inline_policies.end(),
                     [&](const AttachedPolicy& each) { return grants_all(each.policy.shared()); });
}

bool Privileges::is_admin(const Account& account, const IamEntity& entity) {
  return entity.boundary_arn.empty() && attached_grants_all(account, entity);
}

bool Privileges::is_read_only(const Role& role) const {
  return std::any_of(role.attached_arns.begin(), role.attached_arns.end(),
                     [](std::string_view each) { return each.ends_with(kReadOnly); });
}

namespace {

bool is_mfa_demand(const Condition& condition) {
  return demands(condition) && (is_key(condition, "aws:MultiFactorAuthPresent") ||
                                is_key(condition, "aws:MultiFactorAuthAge"));
}

// Principals of other accounts that can assume the role, as the trust policy names them.
class OtherAccounts {
 public:
  explicit OtherAccounts(RoleAudit& audit) : audit_(audit), view_(audit) {}

  // `external`: only those outside the zone of trust.
  void report(std::string_view rule, std::string_view words, bool external) {
    std::map<std::string, std::pair<const Statement*, Span>> found;
    std::string neutralized;
    each_trusted(audit_, [&](const Statement& statement, const PrincipalElement& each) {
      if (!is_account_id(each.account) || each.account == audit_.account.id) return;
      if (external && audit_.context.zone.has(each.account)) return;
      if (is_management(each.account)) return;
      AccessAnswer answer;
      if (each.form == PrincipalForm::Account) answer = view_.account(each.account);
      if (each.form == PrincipalForm::Role || each.form == PrincipalForm::User ||
          each.form == PrincipalForm::Session) {
        answer = view_.principal(each.value.value);
      }
      if (answer.when == kNever || !answer.neutralized.empty()) return;
      found.try_emplace(audit_.context.name_account(each.account), &statement, each.value.at);
    });
    if (found.empty()) return;
    std::vector<std::string> names;
    names.reserve(found.size());
    for (const auto& [name, place] : found) names.push_back(name);
    const auto& [statement, at] = found.begin()->second;
    audit_.report(
        {.rule = rule,
         .message = fmt::format("{} can be assumed from {} {}", words,
                                names.size() == 1 ? "account" : "accounts", join_list(names)),
         .evidence = std::string(words),
         .at = at,
         .statement = statement,
         .principals = names});
  }

 private:
  // The management account administers every account of its organization anyway.
  bool is_management(std::string_view account) const {
    const auto& organization = audit_.context.estate.organization;
    return organization && organization->management_account == account &&
           organization->has_account(audit_.account.id);
  }

  RoleAudit& audit_;
  AccessView view_;
};

struct Climbers {
  std::vector<std::string> users{};  // Without MFA.
  std::vector<std::string> roles{};  // Without administrator access of their own.
};

ResidualId without_mfa(ResidualTable& table, ResidualId id) {
  return table.settle(id, [&](ResidualId part) {
    const ResidualNode& node = table.node(part);
    return node.kind == ResidualKind::Condition && is_mfa_demand(*node.condition) ? kNever : part;
  });
}

Climbers find_climbers(RoleAudit& audit) {
  Climbers found;
  WhoAnswer answer = find_who(audit.context.index, audit.role, WhoDetail::Conditions);
  for (const Assumption& each : answer.assumptions) {
    const ResidualId condition = without_mfa(answer.residuals, each.condition);
    if (condition == kNever || answer.residuals.has_unknown(condition)) continue;
    const Account* const account = audit.context.estate.find_account(each.account);
    for (const IamEntity* member : each.members) {
      if (each.kind == AssumerKind::User) found.users.emplace_back(member->arn);
      if (each.kind != AssumerKind::Role || member == &audit.role || account == nullptr) continue;
      const auto& role = static_cast<const Role&>(*member);
      if (role.is_service_linked() || role.is_sso_reserved()) continue;
      if (!audit.context.privileges.is_admin(*account, role)) found.roles.emplace_back(member->arn);
    }
  }
  std::sort(found.users.begin(), found.users.end());
  std::sort(found.roles.begin(), found.roles.end());
  return found;
}

std::string short_names(const std::vector<std::string>& arns) {
  std::vector<std::string> names;
  names.reserve(arns.size());
  for (const std::string& each : arns)
    names.push_back(fmt::format("`{}`", IamArn::parse(each)->name));
  return join_list(names, 3);
}

void report_climbers(RoleAudit& audit) {
  const Climbers found = find_climbers(audit);
  const auto count = [](std::size_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
  };
  if (!found.users.empty()) {
    audit.report(
        {.rule = "trust-human-no-mfa",
         .message = fmt::format("{} can become this administrator without MFA: {}",
                                count(found.users.size(), "user"), short_names(found.users)),
         .at = audit.trust.at,
         .principals = found.users});
  }
  if (!found.roles.empty()) {
    audit.report(
        {.rule = "trust-role-chain-escalation",
         .message = fmt::format("{} without administrator access can become this administrator: {}",
                                count(found.roles.size(), "role"), short_names(found.roles)),
         .at = audit.trust.at,
         .principals = found.roles});
  }
}

// ---- Settings -----------------------------------------------------------------------------------

void report_unused(RoleAudit& audit) {
  const AuditOptions& options = audit.context.options;
  if (!options.now || !tells_last_use(audit.account)) return;
  const EpochSeconds since = *options.now - options.unused_days * kDay;
  const auto& [created, used] = std::pair(audit.role.created, audit.role.last_used);
  if (!created || *created > since || (used && *used > since)) return;
  audit.report(
      {.rule = "role-unused",
       .message = used ? fmt::format("last used on {}", format_time(*used).substr(0, 10))
                       : fmt::format("not used in the 400 days that AWS keeps, created on {}",
                                     format_time(*created).substr(0, 10)),
       .at = audit.role.at});
}

}  // namespace

void check_admin_access(RoleAudit& audit) {
  if (audit.context.privileges.is_admin(audit.account, audit.role)) {
    OtherAccounts(audit).report("trust-admin-cross-account", "administrator access", false);
    report_climbers(audit);
    if (audit.role.max_session_seconds.value_or(0) > kLongSession) {
      audit.report({.rule = "role-max-session-long",
                    .message = fmt::format("sessions of an administrator may last {} hours",
                                           *audit.role.max_session_seconds / 3600),
                    .at = audit.role.max_session_at});
    }
  } else if (audit.context.privileges.is_read_only(audit.role)) {
    OtherAccounts(audit).report("trust-readonly-cross-account", "read access to everything", true);
  }
}

void check_role_settings(RoleAudit& audit) {
  report_unused(audit);
}

}  // namespace rolecall
