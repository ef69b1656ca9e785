// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"
#include "rolecall/trust/assume_request.h"

#include "reach/caller_rights.h"
#include "reach/walk_index.h"
#include "trust/caller_builder.h"

namespace rolecall {

// Whether the trust policy may let the caller assume some role.
[[nodiscard]] bool may_let(const Policy& policy, const Caller& caller,
                           const RequestContext& context);

// The same for callers of one account, who differ in what some conditions of the policy ask for:
// what does not hang on those is worked out once. Borrows the policy.
class MayLet {
 public:
  // `context` is that of any of them. REQUIRES: no statement names some of them.
  MayLet(const Policy& policy, std::span<const Condition* const> differ, const Caller& caller,
         const RequestContext& context);

  // `context` is that of one of them.
  [[nodiscard]] bool ask(const RequestContext& context) const;

 private:
  // A statement that applies as far as the other conditions go.
  struct Candidate {
    Effect effect{};
    std::vector<const Condition*> conditions{};
  };
  const Policy& policy_;
  std::vector<Candidate> candidates_;
};

// Equal for the providers of one issuer, in whatever account, and for equal names of others.
[[nodiscard]] std::string provider_key(std::string_view name);

// Finds the roles that a caller may be able to assume: their trust policies name it, do not refuse
// it whichever of their roles it asks for, and its own policies do not keep it from the role. A
// superset of those it can assume. Borrows estate and index.
class TargetFinder {
 public:
  using RoleId = WalkIndex::RoleId;
  // What need not be looked at.
  struct Skip {
    std::function<bool(RoleId)> role{};
    std::function<bool(WalkIndex::TrustId)> trust{};  // None of its roles.
  };

  TargetFinder(const Estate& estate, const WalkIndex& index);

  // `request` brings along what the caller's session has. Each role once, those of an account and a
  // trust policy side by side.
  [[nodiscard]] std::vector<RoleId> find(const AssumeRequest& request, const ResolvedCaller& caller,
                                         const Skip& skip);

  // Roles of one trust policy. Borrowed from this, or from the index.
  struct Group {
    WalkIndex::TrustId trust = 0;
    std::span<const RoleId> roles{};
    bool by_rights = false;  // Those of them that `rights` let the caller ask for.
  };
  // The same for a caller that stands for others of its account with the same policies: whom trust
  // policies let them ask for, whoever of them it is. Whether the trust policies refuse them is
  // left to be asked.
  [[nodiscard]] std::vector<Group> find_for_all(const ResolvedCaller& caller,
                                                const CallerRights& rights);
  // Roles whose trust policies name the caller itself, a session of a role without a known name.
  [[nodiscard]] std::vector<RoleId> find_named(const Role& role) const;
  // What trust policies are asked with, whichever role the caller asks for.
  [[nodiscard]] RequestContext open_context(const AssumeRequest& request,
                                            const ResolvedCaller& caller) const;

 private:
  using TrustId = WalkIndex::TrustId;
  // Of the caller that is looked at.
  struct Asker {
    const ResolvedCaller& resolved;
    CallerRights rights{};
    bool tags = false;      // It passes on transitive tags.
    bool identity = false;  // The same of a source identity.
    bool filtered = false;  // Trust policies are asked beforehand.
    const AssumeRequest& request;
    std::optional<RequestContext> context{};  // For that, once it is needed.
  };

  void sort(std::vector<RoleId>& found) const;
  void find_signed(Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  void find_other(std::string_view action, const Caller& caller, const Skip& skip,
                  std::vector<RoleId>& found);
  void add(Asker& asker, TrustId id, const Skip& skip, std::vector<RoleId>& found);
  void add_everyone(Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  // One role, unless it is skipped; the second if its trust policy may let the caller in.
  void add_role(RoleId id, const Skip& skip, std::vector<RoleId>& found);
  void add_group(Asker& asker, const Group& group, const Skip& skip, std::vector<RoleId>& found);
  void add_letting(Asker& asker, RoleId id, const Skip& skip, std::vector<RoleId>& found);
  [[nodiscard]] bool lets(Asker& asker, TrustId id);
  [[nodiscard]] bool look_at(Asker& asker, const WalkIndex::Trust& trust) const;
  // Roles that trust everyone, of those whose ARN matches the pattern, which has no variables and
  // so says the same in every policy.
  [[nodiscard]] const std::vector<RoleId>& matching(const Policy& policy, std::string_view pattern);
  // The same by their trust policies.
  [[nodiscard]] const std::vector<Group>& groups_matching(const Policy& policy,
                                                          std::string_view pattern);
  [[nodiscard]] const std::vector<Group>& groups_trusting(std::string_view account);
  [[nodiscard]] const std::vector<Group>& everyone_in(std::string_view account);
  // Of roles in whatever order.
  [[nodiscard]] std::vector<Group> group(std::vector<RoleId> roles);
  // Names of a provider, or of others who trust policies name.
  [[nodiscard]] const std::set<std::string_view>& names_of(const std::string& provider);

  const Estate& estate_;
  const WalkIndex& index_;
  std::vector<RoleId> everyone_;  // Roles that trust everyone, ascending.
  std::unordered_map<std::string_view, std::vector<RoleId>> matching_;  // Of those, by pattern.
  std::vector<Group> everyone_groups_;
  std::unordered_map<std::string_view, std::vector<Group>> groups_matching_;
  std::unordered_map<std::string, std::vector<Group>> groups_trusting_;  // By account.
  std::unordered_map<std::string, std::vector<Group>> everyone_in_;
  std::deque<std::vector<RoleId>> grouped_;
  std::unordered_map<std::string, std::set<std::string_view>> provider_names_;
  // Which were looked at for the caller of this number.
  std::uint32_t round_ = 0;
  std::vector<std::uint32_t> role_seen_;
  std::vector<std::uint32_t> trust_seen_;
  std::vector<bool> trust_lets_;
  std::vector<TrustId> same_;  // Of trust policies with the same document, the first.
};

}  // namespace rolecall
