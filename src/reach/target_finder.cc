// SPDX-License-Identifier: Apache-2.0
#include "reach/target_finder.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "rolecall/base/text.h"
#include "rolecall/eval/condition_eval.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"

#include "reach/gate_residual.h"
#include "reach/open_call.h"
#include "trust/context_builder.h"

namespace rolecall {

namespace {

Tri holds(const Policy& policy, const Condition& condition, const RequestContext& context) {
  if (is_on_unlisted_key(condition, context)) return Tri::Open;
  return evaluate_condition(condition, context, policy.variables).value;
}

// Whether the statement applies to some role, without the conditions in `left`.
Tri applies(const Policy& policy, const Statement& statement, const Caller& caller,
            const RequestContext& context, std::span<const Condition* const> left = {}) {
  if (!is_about(statement, actions::kAssumeRole)) return Tri::No;
  Tri value = match_principals(statement.principal, statement.effect, policy.kind, caller).match;
  for (const Condition& each : statement.conditions) {
    if (value == Tri::No) return value;
    if (std::find(left.begin(), left.end(), &each) != left.end()) continue;
    const Tri one = holds(policy, each, context);
    if (one != Tri::Yes) value = one;
  }
  return value;
}

}  // namespace

// Letter case is ignored in the host, not in the path, as in same_provider.
std::string provider_key(std::string_view name) {
  constexpr std::string_view kOidc = ":oidc-provider/";
  const std::size_t at = name.find(kOidc);
  if (at != std::string_view::npos) name.remove_prefix(at + kOidc.size());
  const std::size_t host = std::min(name.find('/'), name.size());
  return ascii_lower(name.substr(0, host)) + std::string(name.substr(host));
}

bool may_let(const Policy& policy, const Caller& caller, const RequestContext& context) {
  if (policy.faulty) return true;
  bool may = false;
  for (const Statement& statement : policy.statements) {
    const Tri value = applies(policy, statement, caller, context);
    if (statement.effect == Effect::Allow) {
      may = may || value != Tri::No;
    } else if (value == Tri::Yes) {
      return false;
    }
  }
  return may;
}

MayLet::MayLet(const Policy& policy, std::span<const Condition* const> differ, const Caller& caller,
               const RequestContext& context)
    : policy_(policy) {
  for (const Statement& statement : policy.statements) {
    const Tri value = applies(policy, statement, caller, context, differ);
    // A Deny counts only where it is certain to apply.
    if (value == Tri::No || (value == Tri::Open && statement.effect == Effect::Deny)) continue;
    Candidate& made = candidates_.emplace_back(Candidate{statement.effect});
    for (const Condition& each : statement.conditions) {
      const bool differs = std::find(differ.begin(), differ.end(), &each) != differ.end();
      if (differs) made.conditions.push_back(&each);
    }
  }
}

bool MayLet::ask(const RequestContext& context) const {
  bool may = false;
  for (const Candidate& each : candidates_) {
    const bool allows = each.effect == Effect::Allow;
    if (allows && may) continue;
    const bool applies = std::all_of(each.conditions.begin(), each.conditions.end(),
                                     [&](const Condition* condition) {
                                       const Tri value = holds(policy_, *condition, context);
                                       return value == Tri::Yes || (allows && value == Tri::Open);
                                     });
    if (!applies) continue;
    if (!allows) return false;
    may = true;
  }
  return may;
}

TargetFinder::TargetFinder(const Estate& estate, const WalkIndex& index)
    : estate_(estate),
      index_(index),
      role_seen_(index.size(), 0),
      trust_seen_(index.trusts(), 0),
      trust_lets_(index.trusts(), false),
      same_(index.trusts()) {
  std::iota(same_.begin(), same_.end(), TrustId{0});
  std::unordered_map<const Policy*, TrustId> known;
  for (const TrustId id : index.naming("*")) {
    const WalkIndex::Trust& trust = index.trust(id);
    same_[id] = known.try_emplace(trust.policy, id).first->second;
    everyone_.insert(everyone_.end(), trust.roles.begin(), trust.roles.end());
    everyone_groups_.push_back({id, trust.roles});
  }
  std::sort(everyone_.begin(), everyone_.end());
}

std::vector<TargetFinder::RoleId> TargetFinder::find(const AssumeRequest& request,
                                                     const ResolvedCaller& caller,
                                                     const Skip& skip) {
  ++round_;
  std::vector<RoleId> found;
  if (!caller.caller.is_signed() && caller.caller.kind != CallerKind::Account) {
    find_other(request.action, caller.caller, skip, found);
  } else {
    Asker asker{.resolved = caller, .request = request};
    asker.tags = !request.inherited_transitive_tags.empty();
    asker.identity = request.inherited_source_identity.has_value();
    asker.filtered = caller.caller.kind != CallerKind::Account;
    find_signed(asker, skip, found);
  }
  sort(found);
  return found;
}

void TargetFinder::sort(std::vector<RoleId>& found) const {
  std::sort(found.begin(), found.end(), [&](RoleId a, RoleId b) {
    const WalkIndex::Target& left = index_.target(a);
    const WalkIndex::Target& right = index_.target(b);
    // Ids are ordered by account.
    if (left.account != right.account) return a < b;
    return std::pair(left.trust, a) < std::pair(right.trust, b);
  });
}

void TargetFinder::find_signed(Asker& asker, const Skip& skip, std::vector<RoleId>& found) {
  const Caller& caller = asker.resolved.caller;
  const auto named = [&](std::string_view name) {
    if (name.empty()) return;
    for (const TrustId id : index_.naming(name))
      add_group(asker, {id, index_.trust(id).roles}, skip, found);
  };
  named(caller.arn);
  named(caller.role_arn);
  named(caller.unique_id);
  if (caller.kind == CallerKind::RoleSession) {
    named(WalkIndex::session_key(caller.account, caller.name));
  }
  asker.rights = rights_of(estate_, asker.resolved);
  if (!asker.rights.none() && !caller.account.empty()) {
    for (const TrustId id : index_.naming(caller.account)) add(asker, id, skip, found);
  }
  add_everyone(asker, skip, found);
}

std::vector<TargetFinder::Group> TargetFinder::find_for_all(const ResolvedCaller& caller,
                                                            const CallerRights& rights) {
  std::vector<Group> found;
  const auto add_all = [&](const std::vector<Group>& groups) {
    found.insert(found.end(), groups.begin(), groups.end());
  };
  if (!rights.none()) add_all(groups_trusting(caller.caller.account));
  if (rights.all) {
    add_all(everyone_groups_);
    return found;
  }
  add_all(everyone_in(caller.caller.account));
  for (const auto& [policy, pattern] : rights.patterns) add_all(groups_matching(*policy, pattern));
  return found;
}

const std::vector<TargetFinder::Group>& TargetFinder::groups_trusting(std::string_view account) {
  const auto [known, added] = groups_trusting_.try_emplace(std::string(account));
  if (!added || account.empty()) return known->second;
  for (const TrustId id : index_.naming(account)) {
    known->second.push_back({id, index_.trust(id).roles, /*by_rights=*/true});
  }
  return known->second;
}

const std::vector<TargetFinder::Group>& TargetFinder::everyone_in(std::string_view account) {
  const auto [known, added] = everyone_in_.try_emplace(std::string(account));
  if (!added) return known->second;
  const auto roles = index_.part_of(everyone_, account);
  return known->second = group({roles.begin(), roles.end()});
}

const std::vector<TargetFinder::Group>& TargetFinder::groups_matching(const Policy& policy,
                                                                      std::string_view pattern) {
  const auto [known, added] = groups_matching_.try_emplace(pattern);
  if (added) known->second = group(matching(policy, pattern));
  return known->second;
}

std::vector<TargetFinder::Group> TargetFinder::group(std::vector<RoleId> roles) {
  const auto trust_of = [&](RoleId role) { return index_.target(role).trust; };
  std::stable_sort(roles.begin(), roles.end(),
                   [&](RoleId a, RoleId b) { return trust_of(a) < trust_of(b); });
  const std::vector<RoleId>& kept = grouped_.emplace_back(std::move(roles));
  std::vector<Group> groups;
  for (auto first = kept.begin(); first != kept.end();) {
    const TrustId trust = trust_of(*first);
    const auto last =
        std::find_if(first, kept.end(), [&](RoleId role) { return trust_of(role) != trust; });
    groups.push_back({trust, {first, last}});
    first = last;
  }
  return groups;
}

std::vector<TargetFinder::RoleId> TargetFinder::find_named(const Role& role) const {
  std::vector<RoleId> found;
  for (const std::string_view name : {role.arn, role.id}) {
    if (name.empty()) continue;
    for (const TrustId id : index_.naming(name)) {
      const auto roles = index_.trust(id).roles;
      found.insert(found.end(), roles.begin(), roles.end());
    }
  }
  sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// For services and callers with a token or an assertion.
void TargetFinder::find_other(std::string_view action, const Caller& caller, const Skip& skip,
                              std::vector<RoleId>& found) {
  std::vector<TrustId> trusts = index_.naming("*");
  const auto add_all = [&](const std::vector<TrustId>& more) {
    trusts.insert(trusts.end(), more.begin(), more.end());
  };
  for (const std::string& service : caller.services) add_all(index_.naming(ascii_lower(service)));
  if (!caller.either_form.empty()) {
    const std::string prefix = caller.either_form + ".";
    index_.each_name([&](std::string_view name) {
      if (name.starts_with(prefix)) add_all(index_.naming(name));
    });
  }
  // Trust policies name the provider of their own account, so all of the issuer count.
  if (!caller.provider.empty()) {
    for (const std::string_view name : names_of(provider_key(caller.provider))) {
      add_all(index_.naming(name));
    }
  }
  for (const TrustId id : trusts) {
    const WalkIndex::Trust& trust = index_.trust(id);
    if (!trust.takes(action_bit(action)) || skip.trust(id)) continue;
    for (const RoleId role : trust.roles) add_role(role, skip, found);
  }
}

const std::set<std::string_view>& TargetFinder::names_of(const std::string& provider) {
  if (provider_names_.empty()) {
    index_.each_name([&](std::string_view name) {
      const bool may = name.find("-provider/") != std::string_view::npos ||
                       (name.find('.') != std::string_view::npos && !name.starts_with("arn:"));
      if (may) provider_names_[provider_key(name)].insert(name);
    });
  }
  return provider_names_[provider];
}

void TargetFinder::add_role(RoleId id, const Skip& skip, std::vector<RoleId>& found) {
  if (role_seen_[id] == round_) return;
  role_seen_[id] = round_;
  if (!skip.role(id)) found.push_back(id);
}

void TargetFinder::add_letting(Asker& asker, RoleId id, const Skip& skip,
                               std::vector<RoleId>& found) {
  if (role_seen_[id] == round_ || skip.role(id) || !lets(asker, index_.target(id).trust)) return;
  role_seen_[id] = round_;
  found.push_back(id);
}

void TargetFinder::add_group(Asker& asker, const Group& group, const Skip& skip,
                             std::vector<RoleId>& found) {
  if (skip.trust(group.trust)) return;
  for (const RoleId role : group.roles) add_letting(asker, role, skip, found);
}

// For a trust policy that names the caller's account: the caller needs an Allow of its own.
void TargetFinder::add(Asker& asker, TrustId id, const Skip& skip, std::vector<RoleId>& found) {
  if (skip.trust(id)) return;
  for (const RoleId role : index_.trust(id).roles) {
    if (role_seen_[role] == round_ || skip.role(role)) continue;
    if (asker.rights.lets(index_.target(role).role->arn)) add_letting(asker, role, skip, found);
  }
}

// Adds roles that trust everyone. In its own account the caller needs no Allow of its own.
void TargetFinder::add_everyone(Asker& asker, const Skip& skip, std::vector<RoleId>& found) {
  const auto add_all = [&](std::span<const RoleId> roles) {
    for (const RoleId role : roles) add_letting(asker, role, skip, found);
  };
  if (asker.rights.all) {
    for (const Group& each : everyone_groups_) add_group(asker, each, skip, found);
    return;
  }
  add_all(index_.part_of(everyone_, asker.resolved.caller.account));
  for (const auto& [policy, pattern] : asker.rights.patterns) add_all(matching(*policy, pattern));
}

const std::vector<TargetFinder::RoleId>& TargetFinder::matching(const Policy& policy,
                                                                std::string_view pattern) {
  const auto [known, added] = matching_.try_emplace(pattern);
  if (!added) return known->second;
  std::span<const RoleId> roles = everyone_;
  if (const auto arn = Arn::split(pattern); arn && is_account_id(arn->account)) {
    roles = index_.part_of(roles, arn->account);
  }
  const RequestContext nothing;
  std::copy_if(roles.begin(), roles.end(), std::back_inserter(known->second), [&](RoleId role) {
    return resource_matches(pattern, index_.target(role).role->arn, nothing, policy) != Tri::No;
  });
  return known->second;
}

bool TargetFinder::lets(Asker& asker, TrustId id) {
  id = same_[id];
  if (trust_seen_[id] != round_) {
    trust_seen_[id] = round_;
    trust_lets_[id] = may_let_caller(asker, index_.trust(id));
  }
  return trust_lets_[id];
}

RequestContext TargetFinder::open_context(const AssumeRequest& request,
                                          const ResolvedCaller& caller) const {
  AssumeRequest open = request;
  open.action = "sts:AssumeRole";
  open.parameters_hidden = true;
  open_session(open, caller.caller);
  return build_context({estate_, open, caller, nullptr, {}, kUnknownAccount},
                       action_bit(open.action));
}

bool TargetFinder::may_let_caller(Asker& asker, const WalkIndex::Trust& trust) const {
  if ((asker.tags && !trust.takes_tags()) || (asker.identity && !trust.takes_identity())) {
    return false;
  }
  if (!asker.filtered) return true;
  if (!asker.context) asker.context = open_context(asker.request, asker.resolved);
  return may_let(*trust.policy, asker.resolved.caller, *asker.context);
}

}  // namespace rolecall
