// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_request.h"

#include "reach/principal_index.h"
#include "reach/walk_index.h"

namespace rolecall {

// A principal from which a walk to a role may begin.
struct ChainStart {
  AssumerKind kind{};
  std::string account{};
  std::string name{};                 // Set for those that are not in the estate.
  RequestPrincipal principal{};       // Set with `name`.
  const IamEntity* entity = nullptr;  // Set for users and roles of the estate.
  std::uint32_t distance = 1;         // The walk has at least as many calls.
};

// A breadth-first search backward from a role: every principal that may end up in it, and at least
// how many calls away it is. A superset of those that can. Callers of a role are found through all
// gates as long as few roles are expanded at once and the callers do not depend on session tags;
// otherwise by whom its trust policy names and what the callers' own policies may allow.
class ChainCallers {
 public:
  using RoleId = WalkIndex::RoleId;
  static constexpr std::uint32_t kFar = static_cast<std::uint32_t>(-1);

  // `most_exact`: callers are found through all gates while no more roles are expanded at once.
  ChainCallers(const WhoIndex& index, const Role& role, std::size_t most_exact);

  // Expands all waiting roles: finds the callers that are one call farther away.
  void go_farther();
  void go_all_the_way();
  [[nodiscard]] bool complete() const { return expanded_ == leading_.size(); }
  // Everybody at most as many calls away has been found.
  [[nodiscard]] std::uint32_t known_distance() const { return known_distance_; }
  // Roles that go_farther would expand.
  [[nodiscard]] std::size_t waiting() const { return leading_.size() - expanded_; }

  // Whether a session of `role` may need at most `calls` calls to the target.
  [[nodiscard]] bool may_lead(RoleId role, std::size_t calls) const {
    if (distances_[role] != kFar) return distances_[role] <= calls;
    return !complete() && calls > known_distance_;
  }
  // At least as many calls are between a session of the role and the target; kFar: not found (yet).
  [[nodiscard]] std::uint32_t distance(RoleId role) const { return distances_[role]; }
  // The greatest distance of a role, once `complete`.
  [[nodiscard]] std::uint32_t farthest() const {
    return known_distance_ == 0 ? 0 : known_distance_ - 1;
  }
  [[nodiscard]] const std::deque<ChainStart>& starts() const { return starts_; }
  // Whether the trust policy of some expanded role names everyone.
  [[nodiscard]] bool everyone() const { return everyone_; }

 private:
  // Whether users and roles of the estate that a trust policy names still have to be added, or have
  // been added through all gates.
  enum class Members : std::uint8_t { Named, Added };
  void add_callers(RoleId role, bool exact);
  // Adds users and roles of the estate through all gates; false: that does not find all of them.
  [[nodiscard]] bool add_allowed(const Role& role);
  void add_element(const PrincipalElement& element, const WalkIndex::Target& target,
                   Members members);
  void add_named(const PrincipalElement& element, Members members);
  void add_everyone(const WalkIndex::Target& target, Members members);
  void add_askers(const WalkIndex::Target& target);
  void add_account(std::string_view id, const WalkIndex::Target& target, Members members);
  void add_any_of(std::string_view account);
  void add_class(const PrincipalClass& members, const Account& account);
  void add_entity(const IamEntity& entity, CallerKind kind, const Account& account);
  void add_provider(std::string_view name);
  void add_start(ChainStart start);

  const WhoIndex& index_;
  const Estate& estate_;
  const PrincipalIndex& principals_;
  const WalkIndex& roles_;
  std::size_t most_exact_;
  std::vector<std::uint32_t> distances_;
  std::vector<RoleId> leading_;  // Roles that may lead to the target, nearest first.
  std::size_t expanded_ = 0;     // How many of those, from the first, are expanded.
  std::uint32_t known_distance_ = 0;
  std::unordered_set<const void*> seen_;  // Classes and principals.
  std::set<std::string, std::less<>> names_;
  bool outside_ = false;     // Principals outside the estate were added.
  bool everyone_ = false;    // Some policy names everyone.
  bool unexported_ = false;  // Callers of accounts without an export were added.
  std::deque<ChainStart> starts_;
};

}  // namespace rolecall
