// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

#include "reach/caller_rights.h"
#include "reach/walk_index.h"

namespace rolecall {

struct LessIgnoreCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

// What policies ask of the session of a caller, with values that they compare it with.
struct SessionAsks {
  struct Values {
    std::set<std::string> examples{};
    bool others = false;  // Compared with what the policy does not say.
  };
  std::map<std::string_view, Values, LessIgnoreCase> tags{};  // By key.
  bool identity = false;                                      // The source identity.
  std::set<std::string> identities{};
  bool name = false;  // By the user id, which ends in it.

  void add(const SessionAsks& other);
};

// What sessions of a role may be asked for. What nobody asks for tells no sessions apart.
struct SessionNeeds {
  SessionAsks direct{};     // In the calls of the session itself.
  SessionAsks later{};      // In those of sessions that are made from it and inherit.
  bool everything = false;  // Not all can be listed: anything may be asked for.
};

// Works them out when they are first asked for. Borrows estate and index.
class WalkNeeds {
 public:
  WalkNeeds(const Estate& estate, const WalkIndex& index) : estate_(estate), index_(index) {}

  [[nodiscard]] const SessionNeeds& of(WalkIndex::RoleId role);
  // Trust policies that name the role itself.
  [[nodiscard]] std::vector<WalkIndex::TrustId> named(const WalkIndex::Target& target) const;
  // Whether somebody asks for the user id, in calls of its sessions themselves: one of those, or
  // any other policy, for which roles of a RoleClass are one.
  [[nodiscard]] bool ask_name(const std::vector<WalkIndex::TrustId>& named);
  [[nodiscard]] bool asks_name(WalkIndex::RoleId role);
  // Values to try for a tag that is asked for.
  [[nodiscard]] std::vector<std::string> values(std::string_view key,
                                                const SessionAsks::Values& asked);

 private:
  using RoleId = WalkIndex::RoleId;
  using TrustId = WalkIndex::TrustId;

  [[nodiscard]] SessionNeeds make(RoleId role);
  using Visit = std::function<void(const SessionAsks&)>;
  void visit_own(RoleId role, const Visit& visit);
  void visit_named(RoleId role, const Visit& visit);
  void visit_others(RoleId role, const CallerRights& rights, const Visit& visit);
  [[nodiscard]] CallerRights rights(const WalkIndex::Target& target) const;
  // Roles that a role may call and that take tags or a source identity.
  [[nodiscard]] std::vector<RoleId> taking(RoleId role, const CallerRights& rights);
  const SessionAsks& asks_of(const Policy& policy);
  const SessionAsks& asks_of_account(const Account& account);
  const SessionAsks& asks_of_organization(const Account& account);
  const SessionAsks& asks_of_everyone();
  const SessionAsks& asks_of_everyone(const Account& account);

  const Estate& estate_;
  const WalkIndex& index_;
  std::unordered_map<RoleId, SessionNeeds> needs_;
  std::unordered_map<const Policy*, SessionAsks> by_policy_;
  std::unordered_map<const Account*, SessionAsks> by_account_;
  std::unordered_map<const Account*, SessionAsks> by_organization_;
  std::unordered_map<const Account*, SessionAsks> everyone_here_;
  std::unordered_map<const Account*, std::vector<TrustId>> taking_by_account_;
  bool everyone_known_ = false;
  SessionAsks everyone_;
  std::vector<TrustId> everyone_trusts_;
  std::vector<TrustId> everyone_taking_;
  std::map<std::string, std::set<std::string>, LessIgnoreCase> estate_tags_;
  bool estate_tags_known_ = false;
};

// A text that the pattern matches: `*` is left out, `?` is an `x`.
[[nodiscard]] std::string example_of(std::string_view pattern);

}  // namespace rolecall
