// SPDX-License-Identifier: Apache-2.0
#include "reach/principal_index.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "rolecall/eval/policy_variable.h"
#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/arn.h"

#include "estate/entity_lists.h"
#include "reach/class_keys.h"
#include "reach/open_call.h"
#include "reach/role_likeness.h"
#include "trust/caller_builder.h"
#include "trust/policy_join.h"

namespace rolecall {

namespace {

// Makes the classes of one account.
class ClassMaker {
 public:
  ClassMaker(const Estate& estate, const Account& account)
      : account_(account), keys_(estate, account) {}

  std::vector<PrincipalClass> make() {
    for (const User& user : account_.users) {
      keys_.read(user);
      add(CallerKind::User, /*service_linked=*/false, user);
    }
    for (const Role& role : account_.roles) {
      keys_.read(role);
      add(CallerKind::RoleSession, role.is_service_linked(), role);
    }
    return std::move(classes_);
  }

 private:
  void add(CallerKind kind, bool service_linked, const IamEntity& entity) {
    const auto [found, added] = known_.try_emplace(keys_.key(), classes_.size());
    if (added) {
      PrincipalClass& made = classes_.emplace_back();
      made.kind = kind;
      made.key = keys_.key();
      made.policies = keys_.policies();
      made.missing = made.asks_for_all = keys_.is_missing();
      made.service_linked = service_linked;
      made.limited = made.missing || !entity.boundary_arn.empty();
      for (const Policy* const policy : made.policies) add_asks(*policy, made);
    }
    classes_[found->second].members.push_back(&entity);
  }

  static void add_asks(const Policy& policy, PrincipalClass& of) {
    of.asks_for_all = of.asks_for_all || policy.faulty;
    for (const Statement& statement : policy.statements) {
      if (!bears_on_assuming(statement)) continue;
      if (statement.effect == Effect::Deny) {
        of.limited = true;
        continue;
      }
      if (!is_about(statement, actions::kAssumeRole)) {
        of.passes_along = true;
        continue;
      }
      of.asks_for_all = of.asks_for_all || statement.resource.negated;
      for (const Text& each : statement.resource.items) {
        of.asks_for_all = of.asks_for_all || has_variable(each.value);
        of.asks.push_back({each.value, AskedRole(each.value).account, &policy});
      }
    }
  }

  const Account& account_;
  ClassKeys keys_;
  std::unordered_map<std::string, std::size_t> known_;
  std::vector<PrincipalClass> classes_;
};

// Equal for accounts at the same place of the organization with the same policies of it: their
// principals differ only in the account itself.
std::string account_group_key(const Estate& estate, const Account& account) {
  const auto& organization = estate.organization;
  if (!organization) return account.partition;
  if (organization->is_unread(account.id)) return account.id;
  if (!organization->has_account(account.id)) {
    return account.partition + (organization->is_outside(account.id) ? "-" : "?");
  }
  const std::string path = organization->org_path(account.id);
  if (path.empty() || account.id == organization->management_account) return account.id;
  std::string key = account.partition + path;
  for (const std::uint32_t policy : organization->find(account.id)->policies) {
    key += fmt::format(",{}", policy);
  }
  return key;
}

// Whether the pattern names one role. An ARN with parts left out does not.
bool is_plain(std::string_view pattern) {
  return pattern.find_first_of("*?") == std::string_view::npos && !has_variable(pattern) &&
         Arn::split(pattern);
}

// Whether the roles that a member may assume cannot be listed.
bool is_broad(const PrincipalClass& of) {
  return of.asks_for_all || !std::all_of(of.asks.begin(), of.asks.end(),
                                         [](const auto& each) { return is_plain(each.pattern); });
}

// Calls make(i) for every i below `count`, in no order, on several threads.
void on_all_threads(std::size_t count, const std::function<void(std::size_t)>& make) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) make(i);
  };
  std::vector<std::jthread> others;
  constexpr std::size_t kWorthAThread = 16;
  const std::size_t threads =
      std::min<std::size_t>(std::thread::hardware_concurrency(), count / kWorthAThread);
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

OwnPolicies join_own_policies(const Estate& estate, const PrincipalClass& of,
                              const Account& account) {
  const AssumeRequest request;
  const ResolvedCaller caller = resolve_caller(estate, RequestPrincipal::arn(of.members[0]->arn),
                                               account.partition, account.id);
  const EstateOverlay none;
  JoinInput input{estate, none, request, caller};
  input.shared = true;
  PolicySet policies = join_policies(input);
  for (const Gate gate : {Gate::Identity, Gate::Boundary}) {
    for (PolicyLayer& layer : policies.at(gate).layers) {
      std::erase_if(layer.policies, [](const PolicyRef& ref) {
        return ref.policy != nullptr && !bears_on_assuming(*ref.policy);
      });
    }
  }
  return {std::move(policies.at(Gate::Identity)), std::move(policies.at(Gate::Boundary))};
}

}  // namespace

PrincipalIndex::PrincipalIndex(const Estate& estate) : estate_(estate) {
  for (const auto& [id, account] : estate.accounts()) {
    classes_[&account];
    principals_ += account.users.size() + account.roles.size();
    if (!account.exported) not_exported_.push_back(id);
    if (!lists_users(account) || !lists_roles(account)) incomplete_.push_back(&account);
  }
  if (!estate.organization) return;
  for (const OrganizationNode& node : estate.organization->nodes) {
    if (is_account_id(node.id) && estate.find_account(node.id) == nullptr) {
      not_exported_.push_back(node.id);
    }
  }
}

PrincipalIndex::~PrincipalIndex() = default;

const RoleLikenessIndex& PrincipalIndex::likeness() const {
  std::call_once(shared_once_, [&] { share(); });
  std::call_once(likeness_once_, [&] {
    std::vector<const SharedClass*> all;
    for (const auto& [key, shared] : shared_) all.push_back(&shared);
    on_all_threads(all.size(), [&](std::size_t i) { (void)own_policies(*all[i]); });
    likeness_ = std::make_unique<RoleLikenessIndex>(estate_);
    for (const SharedClass* const shared : all) likeness_->add(*shared, own_policies(*shared));
  });
  return *likeness_;
}

const SharedWays& PrincipalIndex::shared_ways(const std::string& key,
                                              const std::function<SharedWays()>& make) const {
  Slot* slot = nullptr;
  {
    const std::lock_guard lock(ways_mutex_);
    slot = &ways_[key];
  }
  std::call_once(slot->once, [&] { slot->ways = make(); });
  return slot->ways;
}

const std::vector<PrincipalClass>& PrincipalIndex::classes(const Account& account) const {
  Classes& of_account = classes_.at(&account);
  std::call_once(of_account.once,
                 [&] { of_account.classes = ClassMaker(estate_, account).make(); });
  return of_account.classes;
}

const std::vector<OwnPolicies>& PrincipalIndex::own_policies(const Account& account) const {
  Classes& of_account = classes_.at(&account);
  std::call_once(of_account.own_once, [&] {
    for (const PrincipalClass& each : classes(account)) {
      of_account.own.push_back(join_own_policies(estate_, each, account));
    }
  });
  return of_account.own;
}

AskedRole::AskedRole(std::string_view role) : arn(role) {
  const auto parts = Arn::split(role);
  if (!parts || !is_account_id(parts->account)) return;
  for (const char digit : parts->account) {
    account = account * 10 + static_cast<std::uint64_t>(digit - '0');
  }
}

const OwnPolicies& PrincipalIndex::own_policies(const SharedClass& of) const {
  std::call_once(of.own_once, [&] {
    const SharedClass::Place& place = of.places.begin()->second[0];
    of.own = join_own_policies(estate_, *place.members, *place.account);
  });
  return of.own;
}

bool PrincipalIndex::may_ask(const PrincipalClass& of, const AskedRole& role) {
  static const RequestContext nothing;
  return of.asks_for_all ||
         std::any_of(of.asks.begin(), of.asks.end(), [&](const AskedResource& each) {
           if (each.account != 0 && each.account != role.account) return false;
           return resource_matches(each.pattern, role.arn, nothing, *each.policy) != Tri::No;
         });
}

void PrincipalIndex::add_shared(PrincipalClass& from, const Account& account,
                                std::uint32_t group) const {
  const auto [found, added] = shared_.try_emplace(from.key);
  SharedClass& shared = found->second;
  from.shared = &shared;
  shared.places[group].push_back({&account, &from});
  if (!added) return;
  shared.kind = from.kind;
  shared.service_linked = from.service_linked;
  shared.has_boundary = !from.members[0]->boundary_arn.empty();
  if (is_broad(from)) {
    broad_.push_back(&shared);
    return;
  }
  std::unordered_set<std::string_view> targets;
  for (const AskedResource& each : from.asks) targets.insert(each.pattern);
  for (const std::string_view target : targets) by_target_[target].push_back(&shared);
}

void PrincipalIndex::make_all_classes() const {
  std::vector<const Account*> accounts;
  for (const auto& [id, account] : estate_.accounts()) accounts.push_back(&account);
  on_all_threads(accounts.size(), [&](std::size_t i) { (void)classes(*accounts[i]); });
}

void PrincipalIndex::share() const {
  make_all_classes();
  std::unordered_map<std::string, std::uint32_t> groups;
  for (const auto& [id, account] : estate_.accounts()) {
    if (!account.exported) continue;
    const auto group = static_cast<std::uint32_t>(groups.size());
    const auto found = groups.try_emplace(account_group_key(estate_, account), group).first;
    for (PrincipalClass& each : classes_.at(&account).classes) {
      add_shared(each, account, found->second);
    }
  }
}

std::vector<const SharedClass*> PrincipalIndex::asking(std::string_view arn) const {
  std::call_once(shared_once_, [&] { share(); });
  const AskedRole role(arn);
  std::vector<const SharedClass*> found;
  for (const SharedClass* const each : broad_) {
    if (may_ask(*each->places.begin()->second[0].members, role)) found.push_back(each);
  }
  const auto listed = by_target_.find(arn);
  if (listed != by_target_.end()) {
    found.insert(found.end(), listed->second.begin(), listed->second.end());
  }
  return found;
}

void PrincipalIndex::index_ids() const {
  for (const auto& [id, account] : estate_.accounts()) {
    for (const User& user : account.users) {
      by_id_.try_emplace(user.id, IdentifiedPrincipal{&user, CallerKind::User, &account});
    }
    for (const Role& role : account.roles) {
      by_id_.try_emplace(role.id, IdentifiedPrincipal{&role, CallerKind::RoleSession, &account});
    }
  }
  by_id_.erase(std::string_view());  // Not every export has ids.
}

const IdentifiedPrincipal* PrincipalIndex::find_by_id(std::string_view id) const {
  std::call_once(ids_once_, [&] { index_ids(); });
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

}  // namespace rolecall
