// SPDX-License-Identifier: Apache-2.0
#include "rolecall/estate/estate.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/iam/arn.h"

#include "policy_store.h"

namespace rolecall {

namespace {

using NameIndex = std::unordered_map<std::string_view, std::size_t>;

template <typename Entity>
const Entity* look_up(const std::deque<Entity>& entities, const NameIndex& index,
                      std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &entities[found->second];
}

// Replaces the entity that `index` has for `key`, or adds one.
template <typename Entity>
std::size_t put(std::deque<Entity>& entities, NameIndex& index, std::string_view key,
                Entity&& entity) {
  const auto [place, is_new] = index.try_emplace(key, entities.size());
  if (is_new) {
    entities.push_back(std::forward<Entity>(entity));
  } else {
    entities[place->second] = std::forward<Entity>(entity);
  }
  return place->second;
}

std::string_view last_segment(std::string_view arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? arn : arn.substr(slash + 1);
}

bool is_aws_managed(std::string_view policy_arn) {
  const auto arn = Arn::split(policy_arn);
  return arn && arn->service == "iam" && arn->account == "aws" &&
         arn->resource.starts_with("policy/");
}

}  // namespace

PlacedPolicy ManagedPolicy::document() const {
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [](const ManagedPolicyVersion& each) { return each.is_default; });
  return found == versions.end() ? nullptr : found->policy;
}

Estate::Estate()
    : sources_(std::make_unique<SourceTable>()),
      policies_(std::make_unique<PolicyStore>(*sources_)) {}
Estate::Estate(Estate&& other) noexcept = default;
Estate& Estate::operator=(Estate&& other) noexcept = default;
Estate::~Estate() = default;

User& Account::add(User user) {
  const std::size_t at = put(users, users_by_arn, user.arn, std::move(user));
  users_by_name[users[at].name] = at;
  return users[at];
}

Group& Account::add(Group group) {
  return groups[put(groups, groups_by_name, group.name, std::move(group))];
}

Role& Account::add(Role role) {
  const std::size_t at = put(roles, roles_by_arn, role.arn, std::move(role));
  roles_by_name[roles[at].name] = at;
  return roles[at];
}

const User* Account::find_user(std::string_view name) const {
  return look_up(users, users_by_name, name);
}

const Group* Account::find_group(std::string_view name) const {
  return look_up(groups, groups_by_name, name);
}

const Role* Account::find_role(std::string_view name) const {
  return look_up(roles, roles_by_name, name);
}

const Account* Estate::find_account(std::string_view id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

Account& Estate::account(std::string_view id) {
  const auto found = accounts_.find(id);
  if (found != accounts_.end()) return found->second;
  Account& made = accounts_[std::string(id)];
  made.id = id;
  return made;
}

const Role* Estate::find_role(std::string_view arn) const {
  const auto split = Arn::split(arn);
  const Account* const account = split ? find_account(split->account) : nullptr;
  return account == nullptr ? nullptr : look_up(account->roles, account->roles_by_arn, arn);
}

const Role* Estate::find_role_by_name(std::string_view account, std::string_view name) const {
  const Account* const found = find_account(account);
  return found == nullptr ? nullptr : found->find_role(name);
}

const User* Estate::find_user(std::string_view arn) const {
  const auto split = Arn::split(arn);
  const Account* const account = split ? find_account(split->account) : nullptr;
  return account == nullptr ? nullptr : look_up(account->users, account->users_by_arn, arn);
}

const ManagedPolicy* Estate::find_policy(std::string_view account, std::string_view arn) const {
  const ManagedPolicy* own = nullptr;
  if (const Account* const found = find_account(account)) {
    const auto policy = found->policies.find(arn);
    if (policy != found->policies.end()) own = &policy->second;
  }
  if (own != nullptr && own->document() != nullptr) return own;
  const auto aws = aws_policies_.find(arn);
  return aws == aws_policies_.end() ? own : aws->second;
}

void Estate::index_aws_policies() {
  for (const auto& [id, account] : accounts_) {
    for (const auto& [arn, policy] : account.policies) {
      if (policy.document() != nullptr && is_aws_managed(arn)) {
        aws_policies_.try_emplace(arn, &policy);
      }
    }
  }
}

void Estate::add_attached(const Account& account, const IamEntity& entity,
                          std::vector<AttachedPolicy>& policies) const {
  policies.insert(policies.end(), entity.inline_policies.begin(), entity.inline_policies.end());
  for (const std::string_view arn : entity.attached_arns) {
    const ManagedPolicy* const managed = find_policy(account.id, arn);
    const PlacedPolicy document = managed == nullptr ? nullptr : managed->document();
    policies.push_back({.name = std::string(last_segment(arn)),
                        .arn = std::string(arn),
                        .policy = document,
                        .at = document == nullptr ? entity.at : document->at});
  }
}

std::vector<AttachedPolicy> Estate::identity_policies(const Account& account,
                                                      const User& user) const {
  std::vector<AttachedPolicy> policies;
  add_attached(account, user, policies);
  for (const std::string_view name : user.groups) {
    if (const Group* const group = account.find_group(name)) {
      add_attached(account, *group, policies);
    } else {
      policies.push_back({.name = fmt::format("policies of group {}", name), .at = user.at});
    }
  }
  return policies;
}

std::vector<AttachedPolicy> Estate::identity_policies(const Account& account,
                                                      const Role& role) const {
  std::vector<AttachedPolicy> policies;
  add_attached(account, role, policies);
  if (!role.complete) {
    policies.push_back({.name = fmt::format("policies of role {}", role.name), .at = role.at});
  }
  return policies;
}

const Policy* Estate::keep(Policy policy) {
  return policies_->keep(std::move(policy));
}

}  // namespace rolecall
