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

#include "trust/caller_builder.h"
#include "trust/policy_join.h"

namespace rolecall {

namespace {

constexpr auto kAssumeActions = std::to_array<std::string_view>(
    {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"});

void add_address(std::string& key, const void* address) {
  key.append(reinterpret_cast<const char*>(&address), sizeof address);
}

// Whether some statement is about assuming roles, or the document was not read in full.
bool bears(const Policy& policy) {
  return policy.faulty ||
         std::any_of(policy.statements.begin(), policy.statements.end(),
                     [](const Statement& statement) {
                       return std::any_of(kAssumeActions.begin(), kAssumeActions.end(),
                                          [&](std::string_view action) {
                                            return actions_match(statement.action, action);
                                          });
                     });
}

// Makes the classes of one account.
class ClassMaker {
 public:
  ClassMaker(const Estate& estate, const Account& account) : estate_(estate), account_(account) {}

  std::vector<PrincipalClass> make() {
    for (const User& user : account_.users) add(user);
    for (const Role& role : account_.roles) add(role);
    return std::move(classes_);
  }

 private:
  struct Document {
    const Policy* policy = nullptr;
    bool bears = false;
  };

  Document look_at(const Policy* policy) {
    if (policy == nullptr) return {nullptr, true};
    const auto [known, added] = bears_.try_emplace(policy, false);
    if (added) known->second = bears(*policy);
    return {policy, known->second};
  }

  Document attached(std::string_view arn) {
    const auto [known, added] = attached_.try_emplace(arn);
    if (!added) return known->second;
    const ManagedPolicy* const managed = estate_.find_policy(account_.id, arn);
    return known->second = look_at(managed == nullptr ? nullptr : managed->document().shared());
  }

  void add_document(const Document& document, std::string_view name) {
    if (!document.bears) return;
    if (document.policy != nullptr) {
      policies_.push_back(document.policy);
    } else {
      missing_ += name;
      missing_ += '\0';
    }
  }

  void add_policies(const IamEntity& entity) {
    for (const AttachedPolicy& each : entity.inline_policies) {
      add_document(look_at(each.policy.shared()), each.name);
    }
    for (const std::string_view arn : entity.attached_arns) add_document(attached(arn), arn);
  }

  std::string boundary_key(const IamEntity& entity) {
    if (entity.boundary_arn.empty()) return "-";
    const Document document = attached(entity.boundary_arn);
    std::string key = "+";
    if (document.policy != nullptr) {
      add_address(key, document.policy);
    } else {
      key += entity.boundary_arn;
    }
    return key;
  }

  void add(const User& user) {
    add_policies(user);
    for (const std::string_view name : user.groups) {
      if (const Group* const group = account_.find_group(name)) {
        add_policies(*group);
      } else {
        missing_ += name;
        missing_ += '\0';
      }
    }
    add_to_class("u" + boundary_key(user), CallerKind::User, /*service_linked=*/false, user);
  }

  void add(const Role& role) {
    add_policies(role);
    std::string key = role.is_service_linked() ? "s" : "r";
    key += role.complete ? 'c' : 'i';
    if (!role.complete) missing_ = "roles";
    // Why it is unknown names the role.
    if (!role.complete && account_.exported) missing_ = role.arn;
    add_to_class(key + boundary_key(role), CallerKind::RoleSession, role.is_service_linked(), role);
  }

  void add_to_class(std::string key, CallerKind kind, bool service_linked,
                    const IamEntity& entity) {
    std::sort(policies_.begin(), policies_.end());
    policies_.erase(std::unique(policies_.begin(), policies_.end()), policies_.end());
    key += '\0';
    for (const Policy* const policy : policies_) add_address(key, policy);
    key += missing_;
    const auto [found, added] = known_.try_emplace(key, classes_.size());
    if (added) {
      classes_.push_back({kind, {}, std::move(key), policies_, !missing_.empty(), service_linked});
    }
    classes_[found->second].members.push_back(&entity);
    policies_.clear();
    missing_.clear();
  }

  const Estate& estate_;
  const Account& account_;
  std::unordered_map<const Policy*, bool> bears_;
  std::unordered_map<std::string_view, Document> attached_;
  std::unordered_map<std::string, std::size_t> known_;
  std::vector<PrincipalClass> classes_;
  // Of the principal being added.
  std::vector<const Policy*> policies_;
  std::string missing_;
};

// Accounts whose principals differ in nothing but the account itself: same place in the
// organization, same policies of it.
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

bool is_plain(std::string_view pattern) {
  return pattern.find_first_of("*?") == std::string_view::npos && !has_variable(pattern);
}

// Calls `look` with the resources of each statement that lets somebody assume roles, until it
// returns true.
template <typename Look>
bool any_resources(const PrincipalClass& of, const Look& look) {
  return std::any_of(of.policies.begin(), of.policies.end(), [&](const Policy* policy) {
    return std::any_of(policy->statements.begin(), policy->statements.end(),
                       [&](const Statement& statement) {
                         return statement.effect == Effect::Allow &&
                                actions_match(statement.action, kAssumeActions[0]) &&
                                look(*policy, statement.resource);
                       });
  });
}

// Whether a member may ask for more roles than can be listed.
bool is_broad(const PrincipalClass& of) {
  if (of.missing) return true;
  return std::any_of(of.policies.begin(), of.policies.end(),
                     [](const Policy* policy) { return policy->faulty; }) ||
         any_resources(of, [](const Policy&, const PatternList& list) {
           return list.negated ||
                  !std::all_of(list.items.begin(), list.items.end(),
                               [](const Text& each) { return is_plain(each.value); });
         });
}

}  // namespace

PrincipalIndex::PrincipalIndex(const Estate& estate) : estate_(estate) {
  for (const auto& [id, account] : estate.accounts()) classes_[&account];
}

const std::vector<PrincipalClass>& PrincipalIndex::classes(const Account& account) const {
  Classes& of_account = classes_.at(&account);
  std::call_once(of_account.once,
                 [&] { of_account.classes = ClassMaker(estate_, account).make(); });
  return of_account.classes;
}

bool PrincipalIndex::may_ask(const PrincipalClass& of, std::string_view role) {
  if (of.missing) return true;
  const RequestContext nothing;
  return std::any_of(of.policies.begin(), of.policies.end(),
                     [](const Policy* policy) { return policy->faulty; }) ||
         any_resources(of, [&](const Policy& policy, const PatternList& list) {
           return list.negated ||
                  std::any_of(list.items.begin(), list.items.end(), [&](const Text& each) {
                    return has_variable(each.value) ||
                           resource_matches(each.value, role, nothing, policy) != Tri::No;
                  });
         });
}

void PrincipalIndex::add_shared(const PrincipalClass& from, const Account& account,
                                std::uint32_t group) const {
  const auto [found, added] = shared_.try_emplace(from.key);
  SharedClass& shared = found->second;
  shared.places[group].push_back({&account, &from});
  if (!added) return;
  shared.kind = from.kind;
  shared.service_linked = from.service_linked;
  shared.has_boundary = !from.members[0]->boundary_arn.empty();
  const AssumeRequest request;
  const ResolvedCaller caller = resolve_caller(estate_, RequestPrincipal::arn(from.members[0]->arn),
                                               account.partition, account.id);
  const EstateOverlay none;
  JoinInput input{estate_, none, request, caller};
  input.shared = true;
  PolicySet policies = join_policies(input);
  shared.identity = std::move(policies.at(Gate::Identity));
  shared.boundary = std::move(policies.at(Gate::Boundary));
  if (is_broad(from)) {
    broad_.push_back(&shared);
    return;
  }
  std::unordered_set<std::string_view> targets;
  any_resources(from, [&](const Policy&, const PatternList& list) {
    for (const Text& each : list.items) targets.insert(each.value);
    return false;
  });
  for (const std::string_view target : targets) by_target_[target].push_back(&shared);
}

// On several threads; each class is made once.
void PrincipalIndex::make_all_classes() const {
  std::vector<const Account*> accounts;
  for (const auto& [id, account] : estate_.accounts()) accounts.push_back(&account);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < accounts.size(); i = next++) (void)classes(*accounts[i]);
  };
  std::vector<std::jthread> others;
  constexpr std::size_t kWorthAThread = 16;
  const std::size_t threads =
      std::min<std::size_t>(std::thread::hardware_concurrency(), accounts.size() / kWorthAThread);
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
}

void PrincipalIndex::share() const {
  make_all_classes();
  std::unordered_map<std::string, std::uint32_t> groups;
  for (const auto& [id, account] : estate_.accounts()) {
    if (!account.exported) continue;
    const auto group = static_cast<std::uint32_t>(groups.size());
    const auto found = groups.try_emplace(account_group_key(estate_, account), group).first;
    for (const PrincipalClass& each : classes(account)) add_shared(each, account, found->second);
  }
}

std::vector<const SharedClass*> PrincipalIndex::asking(std::string_view role) const {
  std::call_once(shared_once_, [&] { share(); });
  std::vector<const SharedClass*> found;
  for (const SharedClass* const each : broad_) {
    if (may_ask(*each->places.begin()->second[0].members, role)) found.push_back(each);
  }
  const auto listed = by_target_.find(role);
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
