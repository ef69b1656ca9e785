// SPDX-License-Identifier: Apache-2.0
// Who gets in from outside the zone of trust, decided through all gates.
#include "reach/audit_access.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

#include "reach/audit_editor.h"

namespace rolecall {

namespace {

// Whether only ARNs of one account can match the pattern.
bool names_account(std::string_view pattern) {
  const auto arn = Arn::split(pattern);
  return arn && is_account_id(arn->account);
}

bool is_account_value(std::string_view value) {
  return is_account_id(value);
}

bool is_whole(std::string_view value) {
  return !value.empty() && !has_wildcard(value);
}

// `AROA...:SESSION`, or `AROA...:*` for any session of the role.
bool is_user_id(std::string_view value) {
  return is_whole(value.substr(0, value.find(':')));
}

struct IdentityKey {
  std::string_view key{};
  bool (*bounds)(std::string_view value) = nullptr;  // Whether the value does.
};
// Keys that can bind the caller to accounts, organizations or networks.
constexpr auto kIdentityKeys = std::to_array<IdentityKey>({
    {"aws:PrincipalArn", names_account},
    {"aws:PrincipalAccount", is_account_value},
    {"aws:PrincipalOrgID", is_whole},
    {"aws:PrincipalOrgPaths", is_whole},
    {"aws:SourceVpc", is_whole},
    {"aws:SourceVpce", is_whole},
    {"aws:VpceAccount", is_account_value},
    {"aws:VpceOrgID", is_whole},
    {"aws:userid", is_user_id},
});

// Organization paths may end in a wildcard.
bool bounds_path(const Condition& condition) {
  return is_key(condition, "aws:PrincipalOrgPaths") &&
         std::all_of(condition.values.begin(), condition.values.end(), [](const Text& each) {
           return each.value.starts_with("o-") && each.value.find_first_of("*?") > 4 &&
                  each.value.find('/') < each.value.find_first_of("*?");
         });
}

}  // namespace

bool bounds_identity(const Condition& condition) {
  if (condition.if_exists || condition.qualifier == Qualifier::ForAllValues) return false;
  if (condition.operation == nullptr || condition.operation->family == OperatorFamily::Null) {
    return false;
  }
  if (bounds_path(condition)) return true;
  return std::any_of(kIdentityKeys.begin(), kIdentityKeys.end(), [&](const IdentityKey& row) {
    return is_key(condition, row.key) &&
           std::all_of(condition.values.begin(), condition.values.end(),
                       [&](const Text& each) { return row.bounds(each.value); });
  });
}

AccessView::AccessView(const RoleAudit& audit)
    : audit_(audit), opener_(audit.context.estate, audit.role, audit.account) {
  if (const auto arn = Arn::split(audit.role.arn)) partition_ = arn->partition;
}

ResidualId AccessView::solve(const OpenCall& call, const PolicySet& policies,
                             std::vector<GrantStatement>& grants) {
  GateResidual gates(table_, call.resolved.caller, call.parts[0], policies);
  const ResidualId allowed = gates.allowed();
  grants = gates.take_grants();
  return allowed;
}

AccessAnswer AccessView::answer(OpenCall& call) {
  AccessAnswer found;
  if (call.refused) return found;
  PolicySet policies = call.policies;
  GateInput& trust = policies.at(Gate::Trust);
  if (trust.state != GateState::Evaluate) return found;
  trust.layers[0].policies = {{&audit_.trust, std::string(audit_.role.arn)}};
  std::vector<GrantStatement> grants;
  found.when = solve(call, policies, grants);
  constexpr std::array<std::pair<Gate, std::string_view>, 2> kGuards = {
      std::pair{Gate::Rcp, std::string_view("a resource control policy")},
      std::pair{Gate::Scp, std::string_view("a service control policy")}};
  for (const auto& [gate, words] : kGuards) {
    if (found.when != kNever) break;
    PolicySet unguarded = policies;
    unguarded.at(gate).state = GateState::NotApplicable;
    found.when = solve(call, unguarded, grants);
    if (found.when != kNever) found.neutralized = words;
  }
  for (const GrantStatement& each : grants) {
    if (each.gate == Gate::Trust) found.grants.push_back(&audit_.trust.statements[each.statement]);
  }
  return found;
}

AccessAnswer AccessView::account(std::string_view id) {
  ResolvedCaller resolved;
  resolved.caller.kind = CallerKind::Account;
  resolved.caller.partition = partition_;
  resolved.caller.account = id;
  resolved.account = audit_.context.estate.find_account(id);
  OpenCall call;
  opener_.open({}, resolved, "sts:AssumeRole", Opening::Anybody, call);
  return answer(call);
}

AccessAnswer AccessView::principal(std::string_view arn) {
  const RequestPrincipal principal = RequestPrincipal::arn(arn);
  OpenCall call;
  opener_.open(principal,
               resolve_caller(audit_.context.estate, principal, partition_, audit_.account.id),
               "sts:AssumeRole", Opening::Nothing, call);
  return answer(call);
}

ResidualId AccessView::without(ResidualId id, bool (*asked)(const Condition&)) {
  return table_.settle(id, [&](ResidualId part_id) {
    const ResidualNode& part = table_.node(part_id);
    if (part.kind != ResidualKind::Condition || !asked(*part.condition)) return part_id;
    return part.condition->operation->negated ? kAlways : kNever;
  });
}

std::vector<std::string> AccessView::keys_of(ResidualId id) const {
  std::set<std::string> keys;
  for (const ResidualId part : table_.open_parts(id)) {
    const ResidualNode& node = table_.node(part);
    if (node.condition != nullptr) keys.insert(fmt::format("`{}`", node.condition->key.value));
  }
  return {keys.begin(), keys.end()};
}

namespace {

bool is_external_id_demand(const Condition& condition) {
  return is_key(condition, "sts:ExternalId") && demands(condition) &&
         std::none_of(condition.values.begin(), condition.values.end(),
                      [&](const Text& each) { return is_pattern(condition, each.value); });
}

bool is_organization_key(const Condition& condition) {
  return is_key(condition, "aws:PrincipalOrgID") || is_key(condition, "aws:PrincipalOrgPaths");
}

// A principal outside the zone of trust that the trust policy names.
struct Outsider {
  std::string_view account{};
  std::string_view arn{};  // Empty: the whole account.
  Span at{};
  const Statement* statement = nullptr;
};

class AccessCheck {
 public:
  explicit AccessCheck(RoleAudit& audit) : audit_(audit), view_(audit) {}

  void run() {
    collect();
    if (everyone_ != nullptr) outside();
    std::set<std::string_view> seen;
    for (const Outsider& each : outsiders_) {
      const std::string_view name = each.arn.empty() ? each.account : each.arn;
      if (seen.insert(name).second) outsider(each);
    }
  }

 private:
  void add(std::string_view account, std::string_view arn, Span at, const Statement& statement) {
    if (!is_account_id(account) || audit_.context.zone.has(account)) return;
    if (account == audit_.account.id) return;
    outsiders_.push_back({account, arn, at, &statement});
  }

  void collect() {
    each_allow(audit_, [&](const Statement& statement) {
      if (statement.principal.negated) return everyone(statement, statement.principal.at);
      for (const PrincipalElement& each : statement.principal.items) {
        switch (each.form) {
          case PrincipalForm::Everyone:
            everyone(statement, each.value.at);
            break;
          case PrincipalForm::Account:
            add(each.account, {}, each.value.at, statement);
            break;
          case PrincipalForm::User:
          case PrincipalForm::Role:
          case PrincipalForm::Session:
            add(each.account, each.value.value, each.value.at, statement);
            break;
          default:
            break;
        }
      }
    });
  }

  // The accounts that conditions name, where the element is everyone.
  void everyone(const Statement& statement, Span at) {
    if (everyone_ == nullptr) {
      everyone_ = &statement;
      everyone_at_ = at;
    }
    for (const Condition& each : statement.conditions) {
      if (!demands(each)) continue;
      const bool accounts = is_key(each, "aws:PrincipalAccount");
      if (!accounts && !is_key(each, "aws:PrincipalArn")) continue;
      for (const Text& value : each.values) {
        const auto arn = Arn::split(value.value);
        if (accounts) add(value.value, {}, value.at, statement);
        if (!accounts && arn) add(arn->account, {}, value.at, statement);
      }
    }
  }

  void outside() {
    const AccessAnswer found = view_.account({});
    if (found.when == kNever) return;
    const ResidualId anybody = view_.without(found.when, bounds_identity);
    if (anybody == kNever) return other_organization(found);
    AuditHit report{.at = everyone_at_, .statement = everyone_, .neutralized = found.neutralized};
    report.principals = {"any principal of any AWS account"};
    if (view_.table().open_parts(anybody).empty()) {
      report.rule = "trust-public";
      report.message = "any principal of any AWS account can assume the role";
    } else if (view_.table().has_unknown(anybody)) {
      audit_.context.gaps.push_back({fmt::format("the trust policy of `{}`", audit_.role.arn),
                                     "it cannot be told whom it admits from outside",
                                     {}});
      return;
    } else {
      report.rule = "trust-public-weak-condition";
      report.message = fmt::format("any AWS account gets in by {}, which do not say whose it is",
                                   join_list(view_.keys_of(anybody)));
      if (view_.keys_of(anybody).size() == 1) {
        report.message =
            fmt::format("any AWS account gets in by {}, which does not say whose it is",
                        view_.keys_of(anybody)[0]);
      }
    }
    add_organization_remedy(report);
    audit_.report(std::move(report));
  }

  void add_organization_remedy(AuditHit& report) const {
    const auto& organization = audit_.context.estate.organization;
    if (!organization || !everyone_ || everyone_->principal.negated) return;
    if (!organization->has_account(audit_.account.id)) return;
    AuditEditor editor(audit_);
    editor.add_condition(*everyone_, "aws:PrincipalOrgID", {std::string(organization->id)});
    report.remedy = fmt::format("admit only principals of {}", organization->id);
    report.edits = editor.edits();
  }

  // The conditions do not admit everyone, but they may name the organization of somebody else.
  void other_organization(const AccessAnswer& found) {
    const ResidualId by_organization = view_.without(found.when, [](const Condition& each) {
      return bounds_identity(each) && !is_organization_key(each);
    });
    if (by_organization == kNever || !audit_.context.estate.organization) return;
    for (const Statement* statement : found.grants) {
      for (const Condition& each : statement->conditions) {
        if (!is_organization_key(each) || !demands(each)) continue;
        for (const Text& value : each.values) {
          const std::string_view id = value.value.substr(0, value.value.find('/'));
          if (id == audit_.context.estate.organization->id || has_wildcard(id)) continue;
          audit_.report({.rule = "trust-cross-account-outside-org",
                         .message = fmt::format("accounts of another organization, {}, get in", id),
                         .evidence = std::string(id),
                         .at = value.at,
                         .statement = statement,
                         .principals = {fmt::format("organization {}", id)},
                         .neutralized = found.neutralized});
        }
      }
    }
  }

  void outsider(const Outsider& who) {
    const AccessAnswer found =
        who.arn.empty() ? view_.account(who.account) : view_.principal(who.arn);
    if (found.when == kNever) return;
    const bool named = view_.without(found.when, is_external_id_demand) == kNever;
    const std::string owner = audit_.context.name_account(who.account);
    const std::string name =
        who.arn.empty() ? fmt::format("account {}", owner) : fmt::format("`{}`", who.arn);
    AuditHit report{.evidence = std::string(who.arn.empty() ? who.account : who.arn),
                    .at = who.at,
                    .statement = who.statement,
                    .principals = {std::string(who.arn.empty() ? who.account : who.arn)},
                    .neutralized = found.neutralized};
    report.rule = named ? "trust-cross-account-outside-org" : "trust-third-party-no-external-id";
    const std::string whose =
        who.arn.empty() || owner == who.account ? std::string() : fmt::format(" of {}", owner);
    report.message = fmt::format("{}{}, outside your accounts, gets in{}", name, whose,
                                 named ? " with an external ID" : " without an agreed external ID");
    audit_.report(std::move(report));
  }

  RoleAudit& audit_;
  AccessView view_;
  std::vector<Outsider> outsiders_;
  const Statement* everyone_ = nullptr;
  Span everyone_at_{};
};

}  // namespace

void check_access(RoleAudit& audit) {
  AccessCheck(audit).run();
}

}  // namespace rolecall
