// SPDX-License-Identifier: Apache-2.0
#include "reach/walk_index.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

namespace {

// Stands for the trust policy of roles whose document is not in the estate: anything is possible.
const Policy& unknown_trust() {
  static const Policy unknown{.kind = PolicyKind::Trust, .faulty = true};
  return unknown;
}

}  // namespace

class WalkIndex::Part {
 public:
  void add(const Account& account) {
    std::uint32_t place = 0;
    for (const Role& role : account.roles) {
      const Policy* const policy = role.trust.shared();
      const TrustId trust = add_trust(policy == nullptr ? unknown_trust() : *policy);
      targets.push_back({&role, &account, trust, place++});
    }
  }

  // Puts the roles of each trust policy next to each other.
  void finish() {
    first.assign(policies.size() + 1, 0);
    for (const Target& each : targets) ++first[each.trust + 1];
    for (std::size_t i = 0; i < policies.size(); ++i) first[i + 1] += first[i];
    roles.resize(targets.size());
    std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
    for (RoleId id = 0; id < targets.size(); ++id) roles[next[targets[id].trust]++] = id;
  }

  std::vector<Target> targets{};
  std::vector<const Policy*> policies{};
  std::vector<RoleId> roles{};
  std::vector<std::uint32_t> first{};
  std::unordered_map<std::string_view, std::uint32_t> by_name{};
  std::vector<Link> links{};
  std::deque<std::string> names{};
  std::vector<const Policy*> with_sessions{};

 private:
  TrustId add_trust(const Policy& policy) {
    const auto id = static_cast<TrustId>(policies.size());
    const auto [known, added] = by_policy_.try_emplace(&policy, id);
    if (!added) return known->second;
    policies.push_back(&policy);
    if (policy.faulty) name("*", id);
    for (const Statement& statement : policy.statements) add_statement(policy, statement, id);
    return id;
  }

  void add_statement(const Policy& policy, const Statement& statement, TrustId id) {
    const bool lets =
        statement.effect == Effect::Allow && !statement.principal.negated && !policy.faulty;
    for (const PrincipalElement& each : statement.principal.items) {
      if (each.form == PrincipalForm::Session) with_sessions.push_back(&policy);
      if (lets) add_element(each, id);
    }
  }

  void add_element(const PrincipalElement& element, TrustId id) {
    switch (element.form) {
      case PrincipalForm::Everyone:
        return name("*", id);
      case PrincipalForm::Account:
        return name(element.account, id);
      case PrincipalForm::Session:
        return name_own(session_key(element.account, element.name), id);
      case PrincipalForm::Service:
        return name_own(ascii_lower(element.value.value), id);
      default:
        return name(element.value.value, id);
    }
  }

  void name(std::string_view text, TrustId id) {
    const auto [last, added] = by_name.try_emplace(text, kEnd);
    if (!added && links[last->second].trust == id) return;
    links.push_back({id, last->second});
    last->second = static_cast<std::uint32_t>(links.size() - 1);
  }

  void name_own(std::string text, TrustId id) {
    const auto known = by_name.find(text);
    name(known != by_name.end() ? known->first : names.emplace_back(std::move(text)), id);
  }

  std::unordered_map<const Policy*, TrustId> by_policy_;
};

bool WalkIndex::Trust::takes(ActionSet action) const {
  return policy->faulty ||
         std::any_of(policy->statements.begin(), policy->statements.end(),
                     [&](const Statement& each) {
                       return each.effect == Effect::Allow && is_about(each, action);
                     });
}

WalkIndex::WalkIndex(const Estate& estate) {
  std::vector<const Account*> accounts;
  for (const auto& [id, account] : estate.accounts()) accounts.push_back(&account);
  constexpr std::size_t kWorthAThread = 16;
  const std::size_t threads = std::max<std::size_t>(
      1,
      std::min<std::size_t>(std::thread::hardware_concurrency(), accounts.size() / kWorthAThread));
  std::vector<Part> parts(threads);
  const auto work = [&](std::size_t part) {
    const std::size_t last = accounts.size() * (part + 1) / threads;
    for (std::size_t i = accounts.size() * part / threads; i < last; ++i) {
      parts[part].add(*accounts[i]);
    }
    parts[part].finish();
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work, i);
    work(0);
  }
  for (Part& part : parts) append(part);
  if (!estate.organization) return;
  for (const OrganizationPolicy& each : estate.organization->policies) {
    if (each.policy != nullptr) collect_session_names(*each.policy);
  }
}

void WalkIndex::append(Part& part) {
  const auto first_role = static_cast<RoleId>(targets_.size());
  const auto first_trust = static_cast<TrustId>(trusts_.size());
  const auto first_link = static_cast<std::uint32_t>(links_.size());
  for (const Target& each : part.targets) {
    targets_.push_back({each.role, each.account, each.trust + first_trust, each.place});
  }
  for (RoleId& each : part.roles) each += first_role;
  const std::vector<RoleId>& roles = role_lists_.emplace_back(std::move(part.roles));
  for (std::size_t i = 0; i < part.policies.size(); ++i) {
    const std::span<const RoleId> own(roles.begin() + part.first[i],
                                      roles.begin() + part.first[i + 1]);
    trusts_.push_back({part.policies[i], own});
  }
  for (const Link& each : part.links) {
    links_.push_back({each.trust + first_trust, each.next == kEnd ? kEnd : each.next + first_link});
  }
  for (auto& [name, link] : part.by_name) link += first_link;
  by_name_.push_back(std::move(part.by_name));
  names_.push_back(std::move(part.names));
  for (const Policy* const policy : part.with_sessions) collect_session_names(*policy);
}

void WalkIndex::collect_session_names(const Policy& policy) {
  for (const Statement& statement : policy.statements) {
    for (const PrincipalElement& each : statement.principal.items) {
      if (each.form != PrincipalForm::Session) continue;
      session_names_[session_key(each.account, each.name)].insert(each.session_name);
    }
  }
}

std::optional<WalkIndex::RoleId> WalkIndex::find(const Role& role, const Account& account) const {
  const auto place = account.roles_by_arn.find(role.arn);
  if (place == account.roles_by_arn.end()) return std::nullopt;
  const auto found =
      std::partition_point(targets_.begin(), targets_.end(), [&](const Target& each) {
        const int order = each.account->id.compare(account.id);
        return order < 0 || (order == 0 && each.place < place->second);
      });
  if (found == targets_.end() || found->role != &role) return std::nullopt;
  return static_cast<RoleId>(found - targets_.begin());
}

std::span<const WalkIndex::RoleId> WalkIndex::part_of(std::span<const RoleId> roles,
                                                      std::string_view account) const {
  const auto id_of = [&](RoleId role) { return std::string_view(targets_[role].account->id); };
  const auto first = std::partition_point(roles.begin(), roles.end(),
                                          [&](RoleId role) { return id_of(role) < account; });
  return {first, std::partition_point(first, roles.end(),
                                      [&](RoleId role) { return id_of(role) == account; })};
}

void WalkIndex::follow(std::uint32_t link, std::vector<TrustId>& found) const {
  for (; link != kEnd; link = links_[link].next) found.push_back(links_[link].trust);
}

std::vector<WalkIndex::TrustId> WalkIndex::naming(std::string_view name) const {
  std::vector<TrustId> found;
  for (const auto& part : by_name_) {
    const auto named = part.find(name);
    if (named != part.end()) follow(named->second, found);
  }
  return found;
}

bool WalkIndex::names(std::string_view name) const {
  return std::any_of(by_name_.begin(), by_name_.end(),
                     [&](const auto& part) { return part.find(name) != part.end(); });
}

std::string WalkIndex::session_key(std::string_view account, std::string_view name) {
  return fmt::format("{}/{}", account, name);
}

const std::set<std::string_view>& WalkIndex::session_names(const Target& target) const {
  static const std::set<std::string_view> none;
  if (session_names_.empty()) return none;
  const auto found = session_names_.find(session_key(target.account->id, target.role->name));
  return found == session_names_.end() ? none : found->second;
}

}  // namespace rolecall
