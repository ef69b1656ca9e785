// SPDX-License-Identifier: Apache-2.0
#include "reach/role_classes.h"

#include <algorithm>

#include "rolecall/eval/condition_eval.h"

#include "reach/open_call.h"

namespace rolecall {

const std::string* RoleClasses::key_of(const Role& role, const Account& account) {
  if (!role.complete) return nullptr;  // Why its policies are not known may hang on its name.
  ClassKeys& keys = keys_.try_emplace(&account, estate_, account).first->second;
  keys.look_at(role);
  key_ = account.id;
  key_ += role.has_tags ? 't' : '-';
  key_ += keys.key();
  const auto add_one = [&](const Policy* policy) { return add(*policy, role); };
  const std::vector<const Policy*>& organization = above(account);
  if (!std::all_of(keys.policies().begin(), keys.policies().end(), add_one) ||
      !std::all_of(organization.begin(), organization.end(), add_one)) {
    return nullptr;
  }
  if (role.boundary_arn.empty()) return &key_;
  const ManagedPolicy* const boundary = estate_.find_policy(account.id, role.boundary_arn);
  const Policy* const document = boundary == nullptr ? nullptr : boundary->document().shared();
  return document == nullptr || add(*document, role) ? &key_ : nullptr;
}

const std::vector<const Policy*>& RoleClasses::above(const Account& account) {
  const auto [known, added] = above_.try_emplace(&account);
  std::vector<const Policy*>& found = known->second;
  if (!added || !estate_.organization) return found;
  const auto look_at = [&](const OrganizationPolicy& each) {
    if (each.policy != nullptr && reads(*each.policy).any()) found.push_back(each.policy);
  };
  const Organization& organization = *estate_.organization;
  for (const OrganizationNode* const node : organization.path_to(account.id)) {
    for (const std::uint32_t policy : node->policies) look_at(organization.policies[policy]);
  }
  for (const OrganizationPolicy& each : organization.policies) {
    if (each.kind == PolicyKind::ResourceControl) look_at(each);
  }
  return found;
}

bool RoleClasses::add(const Policy& policy, const Role& role) {
  const MemberReads& found = reads(policy);
  // What a document with faults may say is said with the name of the role that has it.
  if (policy.faulty || found.names || found.varies) return false;
  if (found.conditions.empty()) return true;
  member_.clear();
  open_members(member_, CallerKind::RoleSession);
  set_member(member_, CallerKind::RoleSession, role, found.keys);
  for (const Condition* const each : found.conditions) {
    const Tri value = evaluate_condition(*each, member_, policy.variables).value;
    key_ += static_cast<char>('0' + static_cast<int>(value));
  }
  return true;
}

}  // namespace rolecall
