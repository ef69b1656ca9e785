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

// Whether the trust policy may let the caller assume some role that has it. Open conditions count
// as met in Allow statements and as not met in Deny statements.
[[nodiscard]] bool may_let(const Policy& policy, const Caller& caller,
                           const RequestContext& context);

// may_let for many callers for whom only some conditions of the policy can differ: everything else
// is evaluated once. Borrows the policy.
class MayLet {
 public:
  // `differ` are those conditions; `caller` and `context` are those of any caller. REQUIRES: no
  // statement names some of the callers only.
  MayLet(const Policy& policy, std::span<const Condition* const> differ, const Caller& caller,
         const RequestContext& context);

  // `context` is that of one of the callers.
  [[nodiscard]] bool ask(const RequestContext& context) const;

 private:
  // A statement that applies, if these conditions are met.
  struct Candidate {
    Effect effect{};
    std::vector<const Condition*> conditions{};
  };
  const Policy& policy_;
  std::vector<Candidate> candidates_;
};

// Equal for OIDC providers of one issuer, in whatever account; otherwise the name itself.
[[nodiscard]] std::string provider_key(std::string_view name);

// Finds a superset of the roles that a caller can assume, without opening calls: roles whose trust
// policy names the caller and may let it in, and for which its own policies, where they are needed,
// have a matching Allow. Borrows estate and index. For one thread.
class TargetFinder {
 public:
  using RoleId = WalkIndex::RoleId;
  // Which roles to leave out.
  struct Skip {
    std::function<bool(RoleId)> role{};
    std::function<bool(WalkIndex::TrustId)> trust{};  // All of its roles.
  };

  TargetFinder(const Estate& estate, const WalkIndex& index);

  // Each role once, ordered by account and trust policy as TargetCalls likes it. `request` has the
  // tags and the source identity that the caller passes on.
  [[nodiscard]] std::vector<RoleId> find(const AssumeRequest& request, const ResolvedCaller& caller,
                                         const Skip& skip);

  // Roles of one trust policy. Valid as long as this and the index.
  struct Group {
    WalkIndex::TrustId trust = 0;
    std::span<const RoleId> roles{};
    bool by_rights = false;  // Only those of them that `rights` let the caller ask for.
  };
  // The same for any session of a RoleClass: roles whose trust policies name the account or
  // everyone. Leaves out what find_named finds, and does not evaluate trust policies.
  [[nodiscard]] std::vector<Group> find_for_all(const ResolvedCaller& caller,
                                                const CallerRights& rights);
  // Roles whose trust policies name the caller's role itself. The session has no known name.
  [[nodiscard]] std::vector<RoleId> find_named(const Role& role) const;
  // The request context for may_let: what depends on the target role or on parameters is open.
  [[nodiscard]] RequestContext open_context(const AssumeRequest& request,
                                            const ResolvedCaller& caller) const;

 private:
  using TrustId = WalkIndex::TrustId;
  // The caller of `find`.
  struct Asker {
    const ResolvedCaller& resolved;
    CallerRights rights{};
    bool tags = false;      // It passes on transitive tags.
    bool identity = false;  // It passes on a source identity.
    bool filtered = false;  // may_let is evaluated for trust policies.
    const AssumeRequest& request;
    std::optional<RequestContext> context{};  // open_context, made when first needed.
  };

  void sort(std::vector<RoleId>& found) const;
  void find_signed(Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  void find_other(std::string_view action, const Caller& caller, const Skip& skip,
                  std::vector<RoleId>& found);
  void add(Asker& asker, TrustId id, const Skip& skip, std::vector<RoleId>& found);
  void add_everyone(Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  // Adds a role that is neither skipped nor found yet. `add_letting`: if its trust policy may let
  // the caller in.
  void add_role(RoleId id, const Skip& skip, std::vector<RoleId>& found);
  void add_group(Asker& asker, const Group& group, const Skip& skip, std::vector<RoleId>& found);
  void add_letting(Asker& asker, RoleId id, const Skip& skip, std::vector<RoleId>& found);
  [[nodiscard]] bool lets(Asker& asker, TrustId id);
  [[nodiscard]] bool may_let_caller(Asker& asker, const WalkIndex::Trust& trust) const;
  // Roles that trust everyone and whose ARN matches the pattern. Kept by pattern alone: without
  // CallerRights::all no pattern has variables, so that it means the same in every policy.
  [[nodiscard]] const std::vector<RoleId>& matching(const Policy& policy, std::string_view pattern);
  // The same by trust policy.
  [[nodiscard]] const std::vector<Group>& groups_matching(const Policy& policy,
                                                          std::string_view pattern);
  [[nodiscard]] const std::vector<Group>& groups_trusting(std::string_view account);
  [[nodiscard]] const std::vector<Group>& everyone_in(std::string_view account);
  // The roles, in any order, by trust policy.
  [[nodiscard]] std::vector<Group> group(std::vector<RoleId> roles);
  // The names under which trust policies name the provider with this provider_key.
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
  // Counts calls of `find`; for each role and trust policy the last one that checked it.
  std::uint32_t round_ = 0;
  std::vector<std::uint32_t> role_seen_;
  std::vector<std::uint32_t> trust_seen_;
  std::vector<bool> trust_lets_;
  std::vector<TrustId> same_;  // By trust policy: the first one with the same document.
};

}  // namespace rolecall
