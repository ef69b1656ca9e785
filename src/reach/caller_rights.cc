// SPDX-License-Identifier: Apache-2.0
#include "reach/caller_rights.h"

#include <algorithm>

#include "rolecall/eval/policy_variable.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

namespace {

void add_statement(const Policy& policy, const Statement& statement, CallerRights& rights) {
  if (statement.effect != Effect::Allow) return;
  rights.tags = rights.tags || is_about(statement, actions::kTagSession);
  rights.identity = rights.identity || is_about(statement, actions::kSetSourceIdentity);
  if (!is_about(statement, actions::kAssumeRole)) return;
  if (statement.resource.negated) rights.all = true;
  for (const Text& pattern : statement.resource.items) {
    if (pattern.value == "*" || has_variable(pattern.value)) rights.all = true;
    rights.patterns.emplace_back(&policy, pattern.value);
  }
}

void allow_everything(CallerRights& rights) {
  rights.all = rights.tags = rights.identity = true;
}

}  // namespace

void visit_documents(const Estate& estate, const Account& account, const IamEntity& entity,
                     const VisitDocument& visit) {
  for (const AttachedPolicy& each : entity.inline_policies) visit(each.policy.shared());
  for (const std::string_view arn : entity.attached_arns) {
    const ManagedPolicy* const managed = estate.find_policy(account.id, arn);
    visit(managed == nullptr ? nullptr : managed->document().shared());
  }
}

void visit_documents(const Estate& estate, const ResolvedCaller& caller,
                     const VisitDocument& visit) {
  if (caller.role != nullptr) return visit_documents(estate, *caller.account, *caller.role, visit);
  if (caller.user == nullptr) return;
  visit_documents(estate, *caller.account, *caller.user, visit);
  for (const std::string_view name : caller.user->groups) {
    const Group* const group = caller.account->find_group(name);
    if (group == nullptr) {
      visit(nullptr);
    } else {
      visit_documents(estate, *caller.account, *group, visit);
    }
  }
}

bool CallerRights::lets(std::string_view role) const {
  const RequestContext nothing;
  return all || std::any_of(patterns.begin(), patterns.end(), [&](const auto& each) {
           return resource_matches(each.second, role, nothing, *each.first) != Tri::No;
         });
}

CallerRights rights_of(const Estate& estate, const ResolvedCaller& caller) {
  CallerRights rights;
  const bool known = caller.user != nullptr || (caller.role != nullptr && caller.role->complete);
  if (!known) allow_everything(rights);
  visit_documents(estate, caller, [&](const Policy* policy) {
    if (policy == nullptr || policy->faulty) allow_everything(rights);
    if (policy == nullptr) return;
    for (const Statement& statement : policy->statements) add_statement(*policy, statement, rights);
  });
  return rights;
}

}  // namespace rolecall
