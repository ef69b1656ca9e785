// SPDX-License-Identifier: Apache-2.0
#include "reach/principal_index.h"

#include <algorithm>
#include <array>

#include "rolecall/eval/statement_match.h"

namespace rolecall {

namespace {

constexpr auto kAssumeActions = std::to_array<std::string_view>(
    {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"});

void add_address(std::string& key, const void* address) {
  key.append(reinterpret_cast<const char*>(&address), sizeof address);
}

template <typename Entity>
void add_to(std::vector<PrincipalClass>& classes,
            std::unordered_map<std::string, std::size_t>& known, std::string key, CallerKind kind,
            const Entity& entity) {
  const auto [found, added] = known.try_emplace(std::move(key), classes.size());
  if (added) classes.push_back({kind, {}});
  classes[found->second].members.push_back(&entity);
}

}  // namespace

bool PrincipalIndex::bears(const Policy& policy) {
  const auto [known, added] = bears_.try_emplace(&policy, false);
  if (!added) return known->second;
  known->second = policy.faulty ||
                  std::any_of(policy.statements.begin(), policy.statements.end(),
                              [](const Statement& statement) {
                                return std::any_of(kAssumeActions.begin(), kAssumeActions.end(),
                                                   [&](std::string_view action) {
                                                     return actions_match(statement.action, action);
                                                   });
                              });
  return known->second;
}

PrincipalIndex::Document PrincipalIndex::attached(const Account& account, std::string_view arn) {
  const auto [known, added] = attached_.try_emplace(arn);
  if (!added) return known->second;
  const ManagedPolicy* const managed = estate_.find_policy(account.id, arn);
  known->second.policy = managed == nullptr ? nullptr : managed->document().shared();
  known->second.bears = known->second.policy == nullptr || bears(*known->second.policy);
  return known->second;
}

void PrincipalIndex::add_policies(const Account& account, const IamEntity& entity,
                                  std::string& missing, std::vector<const Policy*>& policies) {
  const auto add = [&](const Document& document, std::string_view name) {
    if (!document.bears) return;
    if (document.policy != nullptr) {
      policies.push_back(document.policy);
    } else {
      missing += name;
      missing += '\0';
    }
  };
  for (const AttachedPolicy& each : entity.inline_policies) {
    const Policy* const policy = each.policy.shared();
    add({policy, policy == nullptr || bears(*policy)}, each.name);
  }
  for (const std::string_view arn : entity.attached_arns) add(attached(account, arn), arn);
}

std::string PrincipalIndex::boundary_key(const Account& account, const IamEntity& entity) {
  if (entity.boundary_arn.empty()) return "-";
  const Document document = attached(account, entity.boundary_arn);
  std::string key = "+";
  if (document.policy != nullptr) {
    add_address(key, document.policy);
  } else {
    key += entity.boundary_arn;
  }
  return key;
}

std::string PrincipalIndex::finish_key(std::string key, const std::string& missing,
                                       std::vector<const Policy*>& policies) const {
  std::sort(policies.begin(), policies.end());
  policies.erase(std::unique(policies.begin(), policies.end()), policies.end());
  key += '\0';
  for (const Policy* const policy : policies) add_address(key, policy);
  key += missing;
  return key;
}

std::string PrincipalIndex::class_key(const Account& account, const User& user) {
  std::string missing;
  std::vector<const Policy*> policies;
  add_policies(account, user, missing, policies);
  for (const std::string_view name : user.groups) {
    if (const Group* const group = account.find_group(name)) {
      add_policies(account, *group, missing, policies);
    } else {
      missing += name;
      missing += '\0';
    }
  }
  return finish_key("u" + boundary_key(account, user), missing, policies);
}

std::string PrincipalIndex::class_key(const Account& account, const Role& role) {
  std::string missing;
  std::vector<const Policy*> policies;
  add_policies(account, role, missing, policies);
  std::string key = role.is_service_linked() ? "s" : "r";
  key += role.complete ? 'c' : 'i';
  return finish_key(key + boundary_key(account, role), missing, policies);
}

const std::vector<PrincipalClass>& PrincipalIndex::classes(const Account& account) {
  const auto [found, added] = classes_.try_emplace(&account);
  if (!added) return found->second;
  attached_.clear();
  std::unordered_map<std::string, std::size_t> known;
  for (const User& user : account.users) {
    add_to(found->second, known, class_key(account, user), CallerKind::User, user);
  }
  for (const Role& role : account.roles) {
    add_to(found->second, known, class_key(account, role), CallerKind::RoleSession, role);
  }
  return found->second;
}

}  // namespace rolecall
