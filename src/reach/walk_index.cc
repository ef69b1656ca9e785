// SPDX-License-Identifier: Apache-2.0
#include "reach/walk_index.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"

namespace rolecall {

namespace {

constexpr std::string_view kPrincipalTags = "aws:PrincipalTag/";
// So many of what policies speak of are tried in each call.
constexpr std::size_t kMostTried = 32;

// The key behind a prefix: `team` of `aws:PrincipalTag/team`; empty when it is another.
std::string_view key_behind(std::string_view key, std::string_view prefix) {
  return starts_with_ignore_case(key, prefix) ? key.substr(prefix.size()) : std::string_view();
}

std::string session_key(std::string_view account, std::string_view name) {
  return fmt::format("{}/{}", account, name);
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

WalkIndex::WalkIndex(const Estate& estate) : estate_(estate) {
  for (const auto& [id, account] : estate.accounts()) {
    for (const Role& role : account.roles) add_target(role, account);
    for (const Role& role : account.roles) add_documents(account, role);
    for (const User& user : account.users) add_documents(account, user);
    for (const Group& group : account.groups) add_documents(account, group);
  }
  if (estate.organization) {
    for (const OrganizationPolicy& each : estate.organization->policies) look_at(each.policy);
  }
  finish();
  mark_plain();
}

void WalkIndex::mark_plain() {
  const auto takes_more = [](const Policy& trust) {
    return trust.faulty ||
           std::any_of(trust.statements.begin(), trust.statements.end(), [](const Statement& each) {
             return each.effect == Effect::Allow &&
                    (actions_match(each.action, "sts:TagSession") ||
                     actions_match(each.action, "sts:SetSourceIdentity"));
           });
  };
  std::unordered_map<const Policy*, bool> known;
  for (auto& [name, targets] : by_name_) {
    for (Target& target : targets) {
      const Policy* const trust = target.role->trust.shared();
      const auto [more, added] = known.try_emplace(trust, true);
      if (added) more->second = takes_more(*trust);
      target.plain = !more->second && session_names(*target.role).empty();
    }
  }
}

void WalkIndex::add_target(const Role& role, const Account& account) {
  const Policy* const trust = role.trust.shared();
  if (trust == nullptr) return;
  look_at(trust);
  const Target target{&role, &account};
  const auto add = [&](std::string name) {
    std::vector<Target>& list = by_name_[std::move(name)];
    if (list.empty() || list.back().role != &role) list.push_back(target);
  };
  if (trust->faulty) return add("*");
  for (const Statement& statement : trust->statements) {
    if (statement.effect != Effect::Allow || statement.principal.negated) continue;
    for (const PrincipalElement& each : statement.principal.items) {
      switch (each.form) {
        case PrincipalForm::Everyone:
          add("*");
          break;
        case PrincipalForm::Account:
          add(std::string(each.account));
          break;
        case PrincipalForm::Session:
          add(session_key(each.account, each.name));
          break;
        case PrincipalForm::Service:
          add(ascii_lower(each.value.value));
          break;
        default:
          add(std::string(each.value.value));
      }
    }
  }
}

void WalkIndex::add_documents(const Account& account, const IamEntity& entity) {
  for (const AttachedPolicy& each : entity.inline_policies) look_at(each.policy.shared());
  const auto managed = [&](std::string_view arn) {
    const ManagedPolicy* const found = estate_.find_policy(account.id, arn);
    if (found != nullptr) look_at(found->document().shared());
  };
  for (const std::string_view arn : entity.attached_arns) managed(arn);
  if (!entity.boundary_arn.empty()) managed(entity.boundary_arn);
}

void WalkIndex::look_at(const Policy* policy) {
  if (policy == nullptr || !seen_.insert(policy).second) return;
  for (const Statement& statement : policy->statements) {
    for (const PrincipalElement& each : statement.principal.items) {
      if (each.form != PrincipalForm::Session) continue;
      session_names_[session_key(each.account, each.name)].insert(each.session_name);
    }
    for (const Text& pattern : statement.resource.items) add_tag_keys(pattern.value);
    for (const Condition& condition : statement.conditions) look_at(*policy, condition);
  }
}

void WalkIndex::look_at(const Policy& policy, const Condition& condition) {
  const std::string_view key = condition.key.value;
  const bool identity = equals_ignore_case(key, "sts:SourceIdentity") ||
                        equals_ignore_case(key, "aws:SourceIdentity");
  const std::string_view tag = key_behind(key, kPrincipalTags);
  if (!tag.empty()) tag_keys_.insert(ascii_lower(tag));
  std::string_view value_of = tag;
  for (const std::string_view family :
       {"aws:RequestTag/", "aws:ResourceTag/", "iam:ResourceTag/"}) {
    if (value_of.empty()) value_of = key_behind(key, family);
  }
  for (const Text& value : condition.values) {
    add_tag_keys(value.value);
    if (policy.variables && has_variable(value.value)) continue;
    const std::string example = example_of(value.value);
    if (identity) identity_values_.insert(example);
    if (!value_of.empty()) tag_values_.emplace(std::string(value_of), example);
  }
}

// Keys of principal tags in policy variables.
void WalkIndex::add_tag_keys(std::string_view text) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    at += 2;
    const std::string_view inside = text.substr(at, text.find('}', at) - at);
    const std::string_view key = key_behind(inside, kPrincipalTags);
    if (!key.empty()) tag_keys_.insert(ascii_lower(key.substr(0, key.find(','))));
  }
}

void WalkIndex::add_tags_of(const IamEntity& entity) {
  for (const Tag& tag : entity.tags) {
    if (tag_keys_.count(ascii_lower(tag.key)) == 0) continue;
    if (tag_values_.size() >= 4 * kMostTried) return;
    tag_values_.emplace(std::string(tag.key), std::string(tag.value));
  }
}

void WalkIndex::finish() {
  seen_.clear();
  if (!tag_keys_.empty()) {
    for (const auto& [id, account] : estate_.accounts()) {
      for (const Role& role : account.roles) add_tags_of(role);
    }
  }
  for (const NamedValue& each : tag_values_) {
    const bool wanted = tag_keys_.count(ascii_lower(each.first)) != 0 && !each.second.empty();
    if (wanted && tags_.size() < kMostTried) tags_.push_back(each);
  }
  for (const std::string& each : identity_values_) {
    constexpr std::size_t kShortest = 2;
    if (each.size() >= kShortest && identities_.size() < kMostTried) identities_.push_back(each);
  }
}

const std::set<std::string_view>& WalkIndex::session_names(const Role& role) const {
  static const std::set<std::string_view> none;
  const auto arn = IamArn::parse(role.arn);
  const auto found =
      arn ? session_names_.find(session_key(arn->account, role.name)) : session_names_.end();
  return found == session_names_.end() ? none : found->second;
}

// What the caller's own policies let it ask for. Without them, everything.
WalkIndex::Allowed WalkIndex::allowed(const ResolvedCaller& caller) const {
  Allowed found;
  std::vector<AttachedPolicy> policies;
  if (caller.user != nullptr) {
    policies = estate_.identity_policies(*caller.account, *caller.user);
  } else if (caller.role != nullptr) {
    policies = estate_.identity_policies(*caller.account, *caller.role);
  } else {
    found.all = true;
  }
  for (const AttachedPolicy& each : policies) {
    const Policy* const policy = each.policy.shared();
    if (policy == nullptr || policy->faulty) found.all = true;
    if (policy == nullptr) continue;
    for (const Statement& statement : policy->statements) {
      if (statement.effect != Effect::Allow || !actions_match(statement.action, "sts:AssumeRole")) {
        continue;
      }
      if (statement.resource.negated) found.all = true;
      for (const Text& pattern : statement.resource.items) {
        if (pattern.value == "*" || has_variable(pattern.value)) found.all = true;
        found.patterns.emplace_back(policy, pattern.value);
      }
    }
  }
  return found;
}

std::vector<WalkIndex::Target> WalkIndex::targets(const ResolvedCaller& resolved) const {
  const Caller& caller = resolved.caller;
  std::vector<Target> found;
  const auto add = [&](const std::string& name, const auto& wanted) {
    const auto list = by_name_.find(name);
    if (list == by_name_.end()) return;
    std::copy_if(list->second.begin(), list->second.end(), std::back_inserter(found), wanted);
  };
  const auto any = [](const Target&) { return true; };
  if (!caller.is_signed() && caller.kind != CallerKind::Account) {
    for (const std::string& service : caller.services) add(ascii_lower(service), any);
    if (!caller.either_form.empty()) {
      for (const auto& [name, list] : by_name_) {
        if (name.starts_with(caller.either_form + ".")) add(name, any);
      }
    }
    if (!caller.provider.empty()) {
      for (const auto& [name, list] : by_name_) {
        if (same_provider(name, caller.provider)) add(name, any);
      }
    }
    add("*", any);
  } else {
    const Allowed own = allowed(resolved);
    const RequestContext nothing;
    const auto lets = [&](const Target& target) {
      return own.all ||
             std::any_of(own.patterns.begin(), own.patterns.end(), [&](const auto& each) {
               return resource_matches(each.second, target.role->arn, nothing, *each.first) !=
                      Tri::No;
             });
    };
    add(caller.kind == CallerKind::User ? caller.arn : caller.role_arn, any);
    if (!caller.unique_id.empty()) add(caller.unique_id, any);
    if (caller.kind == CallerKind::RoleSession) add(session_key(caller.account, caller.name), any);
    if (!caller.account.empty()) add(caller.account, lets);
    add("*",
        [&](const Target& target) { return target.account->id == caller.account || lets(target); });
  }
  std::sort(found.begin(), found.end(),
            [](const Target& a, const Target& b) { return a.role->arn < b.role->arn; });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const Target& a, const Target& b) { return a.role == b.role; }),
              found.end());
  return found;
}

}  // namespace rolecall
