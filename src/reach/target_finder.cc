// SPDX-License-Identifier: Apache-2.0
#include "reach/target_finder.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>

#include "rolecall/base/text.h"
#include "rolecall/eval/condition_eval.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"

#include "trust/context_builder.h"

namespace rolecall {

namespace {

// A key that no table lists may be in a call although nobody set it.
Tri holds(const Policy& policy, const Condition& condition, const RequestContext& context) {
  const std::string_view key = condition.key.value;
  const bool listed = find_context_key(key) != nullptr || is_issuer_key(key) ||
                      starts_with_ignore_case(key, "saml:") || context.is_set(key);
  if (condition.operation != nullptr && !listed) return Tri::Open;
  return evaluate_condition(condition, context, policy.variables).value;
}

Tri applies(const Policy& policy, const Statement& statement, const Caller& caller,
            const RequestContext& context) {
  if (!actions_match(statement.action, "sts:AssumeRole")) return Tri::No;
  Tri value = match_principals(statement.principal, statement.effect, policy.kind, caller).match;
  for (const Condition& each : statement.conditions) {
    if (value == Tri::No) return value;
    const Tri one = holds(policy, each, context);
    if (one != Tri::Yes) value = one;
  }
  return value;
}

// Whether the trust policy may let the caller assume some role.
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

}  // namespace

std::vector<TargetFinder::RoleId> TargetFinder::find(const AssumeRequest& request,
                                                     const ResolvedCaller& caller,
                                                     const Skip& skip) {
  ++round_;
  std::vector<RoleId> found;
  Asker asker{caller};
  if (!caller.caller.is_signed() && caller.caller.kind != CallerKind::Account) {
    find_other(asker, skip, found);
    return found;
  }
  asker.rights = rights_of(estate_, caller);
  asker.tags = !request.inherited_transitive_tags.empty();
  asker.identity = request.inherited_source_identity.has_value();
  asker.filtered = caller.caller.kind != CallerKind::Account;
  if (asker.filtered) {
    AssumeRequest open = request;
    open.action = "sts:AssumeRole";
    open.parameters_hidden = true;
    asker.context = build_context({estate_, open, caller, nullptr, {}, kUnknownAccount},
                                  action_bit(open.action));
  }
  find_signed(asker, skip, found);
  return found;
}

void TargetFinder::find_signed(const Asker& asker, const Skip& skip, std::vector<RoleId>& found) {
  const Caller& caller = asker.resolved.caller;
  const auto named = [&](std::string_view name) {
    if (name.empty()) return;
    for (const TrustId id : index_.naming(name)) {
      if (!lets(asker, id)) continue;
      for (const RoleId role : index_.trust(id).roles) add_role(role, skip, found);
    }
  };
  named(caller.arn);
  named(caller.role_arn);
  named(caller.unique_id);
  if (caller.kind == CallerKind::RoleSession) {
    named(WalkIndex::session_key(caller.account, caller.name));
  }
  if (!asker.rights.none() && !caller.account.empty()) {
    for (const TrustId id : index_.naming(caller.account)) add(asker, id, skip, found);
  }
  add_everyone(asker, skip, found);
}

// Services and callers with a token or an assertion.
void TargetFinder::find_other(const Asker& asker, const Skip& skip, std::vector<RoleId>& found) {
  const Caller& caller = asker.resolved.caller;
  std::vector<TrustId> trusts = everyone_;
  const auto add_all = [&](const std::vector<TrustId>& more) {
    trusts.insert(trusts.end(), more.begin(), more.end());
  };
  for (const std::string& service : caller.services) add_all(index_.naming(ascii_lower(service)));
  if (!caller.either_form.empty()) {
    const std::string prefix = caller.either_form + ".";
    add_all(index_.naming_any([&](std::string_view name) { return name.starts_with(prefix); }));
  }
  if (!caller.provider.empty()) {
    add_all(index_.naming_any(
        [&](std::string_view name) { return same_provider(name, caller.provider); }));
  }
  for (const TrustId id : trusts) {
    for (const RoleId role : index_.trust(id).roles) add_role(role, skip, found);
  }
}

void TargetFinder::add_role(RoleId id, const Skip& skip, std::vector<RoleId>& found) {
  if (role_seen_[id] == round_) return;
  role_seen_[id] = round_;
  if (!skip(id)) found.push_back(id);
}

// Roles of a trust policy that names the caller's account.
void TargetFinder::add(const Asker& asker, TrustId id, const Skip& skip,
                       std::vector<RoleId>& found) {
  if (!lets(asker, id)) return;
  for (const RoleId role : index_.trust(id).roles) {
    if (role_seen_[role] == round_ || skip(role)) continue;
    if (asker.rights.lets(index_.target(role).role->arn)) add_role(role, skip, found);
  }
}

// In its own account, a caller whom a trust policy names as one of everyone needs no policy.
void TargetFinder::add_everyone(const Asker& asker, const Skip& skip, std::vector<RoleId>& found) {
  for (const TrustId id : everyone_) {
    const auto roles =
        asker.rights.all ? index_.trust(id).roles : index_.roles(id, *asker.resolved.account);
    if (roles.empty() || !lets(asker, id)) continue;
    for (const RoleId role : roles) add_role(role, skip, found);
  }
  if (asker.rights.all) return;
  for (const auto& [policy, pattern] : asker.rights.patterns) {
    for (const RoleId role : matching(*policy, pattern)) {
      if (lets(asker, index_.target(role).trust)) add_role(role, skip, found);
    }
  }
}

const std::vector<TargetFinder::RoleId>& TargetFinder::matching(const Policy& policy,
                                                                std::string_view pattern) {
  if (everyone_roles_.empty()) {
    for (const TrustId id : everyone_) {
      const auto roles = index_.trust(id).roles;
      everyone_roles_.insert(everyone_roles_.end(), roles.begin(), roles.end());
    }
    std::sort(everyone_roles_.begin(), everyone_roles_.end());
  }
  const auto [known, added] = matching_.try_emplace(pattern);
  if (!added) return known->second;
  std::span<const RoleId> roles = everyone_roles_;
  if (const auto arn = Arn::split(pattern); arn && is_account_id(arn->account)) {
    const auto id_of = [&](RoleId role) {
      return std::string_view(index_.target(role).account->id);
    };
    const auto first = std::partition_point(
        roles.begin(), roles.end(), [&](RoleId role) { return id_of(role) < arn->account; });
    roles = {first, std::partition_point(first, roles.end(),
                                         [&](RoleId role) { return id_of(role) == arn->account; })};
  }
  const RequestContext nothing;
  std::copy_if(roles.begin(), roles.end(), std::back_inserter(known->second), [&](RoleId role) {
    return resource_matches(pattern, index_.target(role).role->arn, nothing, policy) != Tri::No;
  });
  return known->second;
}

bool TargetFinder::lets(const Asker& asker, TrustId id) {
  const WalkIndex::Trust& trust = index_.trust(id);
  if ((asker.tags && !trust.takes_tags()) || (asker.identity && !trust.takes_identity()))
    return false;
  if (!asker.filtered) return true;
  if (trust_seen_[id] != round_) {
    trust_seen_[id] = round_;
    trust_lets_[id] = may_let(*trust.policy, asker.resolved.caller, asker.context);
  }
  return trust_lets_[id];
}

}  // namespace rolecall
