// SPDX-License-Identifier: Apache-2.0
#include "reach/role_classes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rolecall/eval/condition_eval.h"

#include "reach/open_call.h"

namespace rolecall {

std::optional<RoleClass> RoleClasses::of(RoleId role) {
  Known& known = by_role_[role];
  if (!std::exchange(known.looked_at, true)) known.found = find(index_.target(role));
  return known.found;
}

std::optional<RoleClass> RoleClasses::find(const WalkIndex::Target& target) {
  const Role& role = *target.role;
  const Account& account = *target.account;
  if (!role.complete) return std::nullopt;  // Messages about what is missing name the role.
  const auto add_one = [&](const Policy* policy) { return add_to_key(*policy, role); };
  key_ = account.id;
  key_ += role.has_tags ? 't' : '-';
  key_ += role.is_service_linked() ? 's' : 'r';
  const std::vector<const Policy*>& organization = organization_policies(account);
  if (!std::all_of(organization.begin(), organization.end(), add_one)) return std::nullopt;
  const auto next_family = static_cast<std::uint32_t>(families_.size());
  const std::uint32_t family = families_.try_emplace(key_, next_family).first->second;
  ClassKeys& keys = keys_.try_emplace(&account, estate_, account).first->second;
  keys.read(role);
  key_ += keys.key();
  if (!std::all_of(keys.policies().begin(), keys.policies().end(), add_one)) return std::nullopt;
  if (keys.boundary() != nullptr && !add_one(keys.boundary())) return std::nullopt;
  const auto next = static_cast<std::uint32_t>(classes_.size());
  return classes_.try_emplace(key_, RoleClass{next, family}).first->second;
}

const std::vector<const Policy*>& RoleClasses::organization_policies(const Account& account) {
  const auto [known, added] = organization_policies_.try_emplace(&account);
  std::vector<const Policy*>& found = known->second;
  if (!added || !estate_.organization) return found;
  const auto add_if_distinguishing = [&](const OrganizationPolicy& each) {
    if (each.policy != nullptr && reads(*each.policy).distinguishes()) found.push_back(each.policy);
  };
  const Organization& organization = *estate_.organization;
  for (const OrganizationNode* const node : organization.path_to(account.id)) {
    for (const std::uint32_t policy : node->policies)
      add_if_distinguishing(organization.policies[policy]);
  }
  for (const OrganizationPolicy& each : organization.policies) {
    if (each.kind == PolicyKind::ResourceControl) add_if_distinguishing(each);
  }
  return found;
}

// The conditions compare tags with variables whose values depend on the call, so they cannot be
// evaluated here: only roles with equal tags are alike.
bool RoleClasses::add_tags_to_key(const MemberKeys& keys, const Role& role) {
  if (keys.arn || keys.name_and_id) return false;
  for (const std::string& key : keys.tags) {
    const Tag* const tag = find_tag(role, key);
    // Values may hold any character, so each comes after its length.
    key_ += tag == nullptr ? "-" : fmt::format("{}:{}", tag->value.size(), tag->value);
  }
  return true;
}

bool RoleClasses::add_to_key(const Policy& policy, const Role& role) {
  const MemberReads& found = reads(policy);
  // Messages about a document with faults name the role that has it.
  if (policy.faulty || found.names_members || found.has_variables) return false;
  if (found.compares_variables) return add_tags_to_key(found.keys, role);
  if (found.conditions.empty()) return true;
  // `member_` still has keys of an earlier role; those that this policy uses are set again.
  if (!member_) open_members(member_.emplace(), CallerKind::RoleSession);
  set_member(*member_, CallerKind::RoleSession, role, found.keys);
  for (const Condition* const each : found.conditions) {
    const Tri value = evaluate_condition(*each, *member_, policy.variables).value;
    key_ += static_cast<char>('0' + static_cast<int>(value));
  }
  return true;
}

}  // namespace rolecall
