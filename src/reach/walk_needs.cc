// SPDX-License-Identifier: Apache-2.0
#include "reach/walk_needs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"

#include "reach/class_keys.h"
#include "reach/gate_residual.h"

namespace rolecall {

namespace {

constexpr std::string_view kUserId = "aws:userid";
// The most values that are tried for one tag.
constexpr std::size_t kMostValues = 32;

bool is_identity(std::string_view key) {
  return equals_ignore_case(key, "sts:SourceIdentity") ||
         equals_ignore_case(key, "aws:SourceIdentity");
}

// What follows the prefix: `team` of `aws:PrincipalTag/team`; empty for keys without the prefix.
std::string_view key_behind(std::string_view key, std::string_view prefix) {
  return starts_with_ignore_case(key, prefix) ? key.substr(prefix.size()) : std::string_view();
}

// Adds the properties that the policy variables of the text stand for.
void add_variables(std::string_view text, SessionAsks& asks) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    at += 2;
    std::string_view key = text.substr(at, text.find('}', at) - at);
    key = key.substr(0, key.find(','));
    while (key.ends_with(' ')) key.remove_suffix(1);
    const std::string_view tag = key_behind(key, kPrincipalTags);
    if (!tag.empty()) asks.tags[tag].others = true;
    asks.identity = asks.identity || is_identity(key);
    asks.name = asks.name || equals_ignore_case(key, kUserId);
  }
}

void add_condition(const Policy& policy, const Condition& condition, SessionAsks& asks) {
  const std::string_view key = condition.key.value;
  const std::string_view tag = key_behind(key, kPrincipalTags);
  SessionAsks::Values* const values = tag.empty() ? nullptr : &asks.tags[tag];
  const bool identity = is_identity(key);
  asks.identity = asks.identity || identity;
  asks.name = asks.name || equals_ignore_case(key, kUserId);
  const bool negated = condition.operation != nullptr && condition.operation->negated;
  if (negated && values != nullptr) values->examples.emplace(kOtherValue);
  for (const Text& value : condition.values) {
    add_variables(value.value, asks);
    if (policy.variables && has_variable(value.value)) {
      if (values != nullptr) values->others = true;
      continue;
    }
    std::string example = example_of(value.value);
    if (example.empty()) example = kOtherValue;
    if (values != nullptr) values->examples.insert(example);
    if (identity) asks.identities.insert(std::move(example));
  }
}

// Only statements about assuming roles matter: other calls do not extend a walk.
SessionAsks read_asks(const Policy& policy) {
  SessionAsks asks;
  const bool every = policy.kind == PolicyKind::Trust || policy.faulty;
  for (const Statement& statement : policy.statements) {
    if (!every && !bears_on_assuming(statement)) continue;
    for (const Text& pattern : statement.resource.items) add_variables(pattern.value, asks);
    for (const Condition& each : statement.conditions) add_condition(policy, each, asks);
  }
  return asks;
}

}  // namespace

std::string example_of(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) {
    if (c == '?') text += 'x';
    if (c != '?' && c != '*') text += c;
  }
  return text;
}

bool LessIgnoreCase::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; };
    return lower(x) < lower(y);
  });
}

void SessionAsks::add(const SessionAsks& other) {
  for (const auto& [key, values] : other.tags) {
    Values& own = tags[key];
    own.examples.insert(values.examples.begin(), values.examples.end());
    own.others = own.others || values.others;
  }
  identity = identity || other.identity;
  identities.insert(other.identities.begin(), other.identities.end());
  name = name || other.name;
}

const SessionAsks& WalkNeeds::asks_of(const Policy& policy) {
  const auto [known, added] = by_policy_.try_emplace(&policy);
  if (added) known->second = read_asks(policy);
  return known->second;
}

const SessionAsks& WalkNeeds::asks_of_account(const Account& account) {
  const auto [known, added] = by_account_.try_emplace(&account);
  if (!added) return known->second;
  std::vector<TrustId>& taking = taking_by_account_[&account];
  for (const TrustId id : index_.naming(account.id)) {
    const WalkIndex::Trust& trust = index_.trust(id);
    known->second.add(asks_of(*trust.policy));
    if (trust.takes_tags() || trust.takes_identity()) taking.push_back(id);
  }
  return known->second;
}

// By the SCPs that apply to the account, and all RCPs.
const SessionAsks& WalkNeeds::asks_of_organization(const Account& account) {
  const auto [known, added] = by_organization_.try_emplace(&account);
  SessionAsks& asks = known->second;
  if (!added || !estate_.organization) return asks;
  const Organization& organization = *estate_.organization;
  const auto add = [&](const OrganizationPolicy& each) {
    if (each.policy != nullptr) asks.add(asks_of(*each.policy));
  };
  for (const OrganizationNode* node : organization.path_to(account.id)) {
    for (const std::uint32_t policy : node->policies) add(organization.policies[policy]);
  }
  for (const OrganizationPolicy& each : organization.policies) {
    if (each.kind == PolicyKind::ResourceControl) add(each);
  }
  return asks;
}

const SessionAsks& WalkNeeds::asks_of_everyone() {
  if (std::exchange(everyone_known_, true)) return everyone_;
  everyone_trusts_ = index_.naming("*");
  for (const TrustId id : everyone_trusts_) {
    const WalkIndex::Trust& trust = index_.trust(id);
    everyone_.add(asks_of(*trust.policy));
    if (trust.takes_tags() || trust.takes_identity()) everyone_taking_.push_back(id);
  }
  return everyone_;
}

const SessionAsks& WalkNeeds::asks_of_everyone(const Account& account) {
  (void)asks_of_everyone();
  const auto [known, added] = everyone_here_.try_emplace(&account);
  if (!added) return known->second;
  for (const TrustId id : everyone_trusts_) {
    if (!index_.roles(id, account).empty()) known->second.add(asks_of(*index_.trust(id).policy));
  }
  return known->second;
}

CallerRights WalkNeeds::rights(const WalkIndex::Target& target) const {
  ResolvedCaller caller;
  caller.account = target.account;
  caller.role = target.role;
  return rights_of(estate_, caller);
}

std::vector<WalkIndex::TrustId> WalkNeeds::named(const WalkIndex::Target& target) const {
  std::vector<TrustId> found;
  const auto add = [&](std::string_view name) {
    if (name.empty() || !index_.names(name)) return;
    const std::vector<TrustId> more = index_.naming(name);
    found.insert(found.end(), more.begin(), more.end());
  };
  add(target.role->arn);
  add(target.role->id);
  if (!index_.session_names(target).empty()) {
    add(WalkIndex::session_key(target.account->id, target.role->name));
  }
  return found;
}

// Visits what the role's own policies and those of its organization ask of its sessions.
void WalkNeeds::visit_own(RoleId role, const Visit& visit) {
  const WalkIndex::Target& target = index_.target(role);
  visit(asks_of_organization(*target.account));
  const auto add_asks = [&](const Policy* policy) {
    if (policy != nullptr) visit(asks_of(*policy));
  };
  visit_documents(estate_, *target.account, *target.role, add_asks);
  if (target.role->boundary_arn.empty()) return;
  const ManagedPolicy* const boundary =
      estate_.find_policy(target.account->id, target.role->boundary_arn);
  add_asks(boundary == nullptr ? nullptr : boundary->document().shared());
}

// The same for trust policies that name the role.
void WalkNeeds::visit_named(RoleId role, const Visit& visit) {
  for (const TrustId id : named(index_.target(role))) visit(asks_of(*index_.trust(id).policy));
}

// The same for trust policies that name everyone or the role's account.
void WalkNeeds::visit_others(RoleId role, const CallerRights& rights, const Visit& visit) {
  const Account& account = *index_.target(role).account;
  if (rights.none()) return visit(asks_of_everyone(account));
  visit(asks_of_account(account));
  visit(asks_of_everyone());
}

bool WalkNeeds::ask_name(const std::vector<TrustId>& named) {
  return std::any_of(named.begin(), named.end(),
                     [&](TrustId id) { return asks_of(*index_.trust(id).policy).name; });
}

bool WalkNeeds::asks_name(RoleId role) {
  bool asks = false;
  const auto check = [&](const SessionAsks& each) { asks = asks || each.name; };
  visit_own(role, check);
  const WalkIndex::Target& target = index_.target(role);
  const bool others = asks_of_account(*target.account).name || asks_of_everyone().name;
  if (!asks && others) visit_others(role, rights(target), check);
  return asks;
}

std::vector<WalkIndex::RoleId> WalkNeeds::taking(RoleId role, const CallerRights& rights) {
  const WalkIndex::Target& target = index_.target(role);
  std::vector<RoleId> found;
  for (const TrustId id : named(target)) {
    const WalkIndex::Trust& trust = index_.trust(id);
    if (!trust.takes_tags() && !trust.takes_identity()) continue;
    const auto roles = index_.trust(id).roles;
    found.insert(found.end(), roles.begin(), roles.end());
  }
  (void)asks_of_everyone();
  const bool passes = !rights.none() && (rights.tags || rights.identity);
  const auto lets = [&](RoleId id) { return rights.lets(index_.target(id).role->arn); };
  for (const TrustId id : everyone_taking_) {
    const auto roles = passes ? index_.trust(id).roles : index_.roles(id, *target.account);
    std::copy_if(roles.begin(), roles.end(), std::back_inserter(found), [&](RoleId each) {
      return index_.target(each).account == target.account || lets(each);
    });
  }
  if (!passes) return found;
  (void)asks_of_account(*target.account);
  for (const TrustId id : taking_by_account_[target.account]) {
    const auto roles = index_.trust(id).roles;
    std::copy_if(roles.begin(), roles.end(), std::back_inserter(found), lets);
  }
  return found;
}

SessionNeeds WalkNeeds::make(RoleId role) {
  constexpr std::size_t kMostRoles = 500;
  SessionNeeds needs;
  std::set<RoleId> seen;  // Has the role itself only once a call leads back to it.
  std::vector<RoleId> open = {role};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const CallerRights own = rights(index_.target(open[i]));
    SessionAsks& asks = i == 0 ? needs.direct : needs.later;
    const auto add = [&](const SessionAsks& each) { asks.add(each); };
    visit_own(open[i], add);
    visit_named(open[i], add);
    visit_others(open[i], own, add);
    for (const RoleId next : taking(open[i], own)) {
      if (seen.insert(next).second) open.push_back(next);
    }
    if (open.size() <= kMostRoles) continue;
    needs.everything = true;
    return needs;
  }
  return needs;
}

const SessionNeeds& WalkNeeds::of(RoleId role) {
  const auto known = needs_.find(role);
  if (known != needs_.end()) return known->second;
  return needs_.emplace(role, make(role)).first->second;
}

std::vector<std::string> WalkNeeds::values(std::string_view key, const SessionAsks::Values& asked) {
  std::vector<std::string> found(asked.examples.begin(), asked.examples.end());
  if (asked.others && !std::exchange(estate_tags_known_, true)) {
    for (const auto& [id, account] : estate_.accounts()) {
      for (const Role& role : account.roles) {
        for (const Tag& tag : role.tags) {
          std::set<std::string>& of_key = estate_tags_[std::string(tag.key)];
          if (of_key.size() < kMostValues) of_key.emplace(tag.value);
        }
      }
    }
  }
  const auto used = asked.others ? estate_tags_.find(key) : estate_tags_.end();
  if (used != estate_tags_.end())
    found.insert(found.end(), used->second.begin(), used->second.end());
  std::erase(found, "");
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() > kMostValues) found.resize(kMostValues);
  return found;
}

}  // namespace rolecall
