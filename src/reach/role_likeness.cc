// SPDX-License-Identifier: Apache-2.0
#include "reach/role_likeness.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr std::string_view kStandInAccount = "999999999999";

void sort_unique(std::vector<const SharedClass*>& classes) {
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
}

}  // namespace

RoleLikenessIndex::RoleLikenessIndex(const Estate& estate) : estate_(estate) {
  for (const auto& [id, account] : estate.accounts()) {
    rcp_keys_[&account] = rcp_key(estate, account);
  }
  if (!estate.organization) return;
  for (const OrganizationPolicy& each : estate.organization->policies) {
    if (each.policy != nullptr) add(*each.policy, nullptr);
  }
}

void RoleLikenessIndex::add(const SharedClass& owner, const OwnPolicies& own) {
  for (const GateInput* const gate : {&own.identity, &own.boundary}) {
    for (const PolicyLayer& layer : gate->layers) {
      for (const PolicyRef& ref : layer.policies) {
        if (ref.policy != nullptr) add(*ref.policy, &owner);
      }
    }
  }
}

void RoleLikenessIndex::add(const Policy& policy, const SharedClass* owner) {
  keys_.read(policy);
  for (const Statement& statement : policy.statements) {
    if (!bears_on_assuming(statement)) continue;
    for (const Text& each : statement.resource.items) add(each.value, policy, owner);
  }
}

void RoleLikenessIndex::add(std::string_view pattern, const Policy& policy,
                            const SharedClass* owner) {
  if (policy.variables && has_variable(pattern)) {
    if (owner != nullptr) varying_.push_back(owner);
    organization_varies_ = organization_varies_ || owner == nullptr;
    return;
  }
  // Parts that an ARN leaves out match anything, so that it is neither plain nor of one account.
  const auto arn = Arn::split(pattern);
  const bool plain = arn && pattern.find_first_of("*?") == std::string_view::npos;
  if (!plain && !(arn && is_account_id(arn->account))) {
    std::string key = fmt::format("{}{}", static_cast<int>(policy.kind), pattern);
    const auto [found, added] = known_.try_emplace(std::move(key), wide_.size());
    if (added) wide_.push_back({pattern, &policy});
    return;
  }
  Patterns& patterns = plain ? plain_[pattern] : by_account_[arn->account];
  const auto known = std::find_if(patterns.begin(), patterns.end(), [&](const Pattern& each) {
    return each.text == pattern && each.policy->kind == policy.kind &&
           each.owners.empty() == (owner == nullptr);
  });
  Pattern& kept = known == patterns.end() ? patterns.emplace_back() : *known;
  kept.text = pattern;
  kept.policy = &policy;
  if (owner != nullptr) kept.owners.push_back(owner);
}

std::string RoleLikenessIndex::wide_key(std::string_view arn) const {
  const RequestContext nothing;
  std::string key;
  for (std::size_t i = 0; i < wide_.size(); ++i) {
    const Pattern& each = wide_[i];
    if (resource_matches(each.text, arn, nothing, *each.policy) == Tri::Yes) {
      key.append(reinterpret_cast<const char*>(&i), sizeof i);
    }
  }
  return key;
}

// Adds the values that the role has for the keys.
void RoleLikenessIndex::add_values(const RoleKeys& keys, const Role& role, const Account& account,
                                   std::string& key) const {
  const auto& organization = estate_.organization;
  if (organization && keys.organization) {
    key += organization->has_account(account.id) ? 'i' : '-';
    key += organization->is_outside(account.id) ? 'o' : '-';
  }
  if (organization && keys.paths) key += organization->org_path(account.id);
  if (keys.account) key += account.id;
  if (!keys.tags.empty() && !role.has_tags) key += '?';
  for (const Tag& tag : role.tags) {
    if (keys.tags.count(ascii_lower(tag.key)) == 0) continue;
    key += fmt::format("|{}:{}:{}", tag.key, tag.value.size(), tag.value);
  }
  key += '|';
}

RoleLikeness RoleLikenessIndex::of(const Role& role, const Account& account) const {
  RoleLikeness found;
  found.unique = organization_varies_;
  found.apart = varying_;
  const RequestContext nothing;
  const auto look = [&](const std::unordered_map<std::string_view, Patterns>& all,
                        std::string_view name) {
    const auto patterns = all.find(name);
    if (patterns == all.end()) return;
    for (const Pattern& each : patterns->second) {
      if (resource_matches(each.text, role.arn, nothing, *each.policy) == Tri::No) continue;
      found.unique = found.unique || each.owners.empty();
      found.apart.insert(found.apart.end(), each.owners.begin(), each.owners.end());
    }
  };
  look(plain_, role.arn);
  look(by_account_, account.id);
  sort_unique(found.apart);
  const auto arn = Arn::split(role.arn);
  const bool nameable = arn && by_account_.count(kStandInAccount) == 0;
  found.unique = found.unique || !nameable || role.trust == nullptr;
  if (found.unique) return found;
  found.stand_in = fmt::format("arn:{}:{}:{}:{}:{}", arn->partition, arn->service, arn->region,
                               kStandInAccount, arn->resource);
  std::string wide = wide_key(role.arn);
  found.unique = plain_.count(found.stand_in) != 0 || wide_key(found.stand_in) != wide;
  const Policy* const trust = role.trust.shared();
  RoleKeys own;
  own.read(*trust);
  found.key.append(reinterpret_cast<const char*>(&trust), sizeof(const void*));
  found.key += role.is_service_linked() ? 's' : '-';
  found.key += account.partition;
  found.key += rcp_keys_.at(&account);
  add_values(keys_, role, account, found.key);
  add_values(own, role, account, found.key);
  found.key += wide;
  return found;
}

}  // namespace rolecall
