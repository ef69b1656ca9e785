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

// Somebody from whom a walk to a role may begin.
struct ChainStart {
  AssumerKind kind{};
  std::string account{};
  std::string name{};                 // Of those that are not in the estate.
  const IamEntity* entity = nullptr;  // Of the estate.
  RequestPrincipal principal{};       // The same.
  std::uint32_t distance = 1;         // Calls to the role, at least.
};

// Backward from a role, call by call: everybody who may end up in it, and how far away at least.
// Where few roles have to be looked at, their callers are found through all gates; otherwise, and
// where those depend on tags of sessions, by whom trust policies name and what own policies ask
// for.
class ChainCallers {
 public:
  using RoleId = WalkIndex::RoleId;
  static constexpr std::uint32_t kFar = static_cast<std::uint32_t>(-1);

  // Looks through all gates as long as so many roles have to be looked at for one more call.
  ChainCallers(const WhoIndex& index, const Role& role, std::size_t most_exact);

  // Finds those who are one call farther away.
  void go_farther();
  void go_all_the_way();
  [[nodiscard]] bool complete() const { return looked_at_ == open_.size(); }
  // So many calls away everybody is known.
  [[nodiscard]] std::uint32_t known() const { return known_; }
  // Roles that have to be looked at to go farther.
  [[nodiscard]] std::size_t waiting() const { return open_.size() - looked_at_; }

  // Whether so many calls may do between a session of the role and the role that was asked about.
  [[nodiscard]] bool may_lead(RoleId role, std::size_t calls) const {
    if (distances_[role] != kFar) return distances_[role] <= calls;
    return !complete() && calls > known_;
  }
  // Calls between them, when somebody has gone all the way; kFar: no way is known.
  [[nodiscard]] std::uint32_t distance(RoleId role) const { return distances_[role]; }
  // The greatest of these distances.
  [[nodiscard]] std::uint32_t farthest() const { return known_ == 0 ? 0 : known_ - 1; }
  [[nodiscard]] const std::deque<ChainStart>& starts() const { return starts_; }
  // Whether some role on the way trusts everyone.
  [[nodiscard]] bool everyone() const { return everyone_; }

 private:
  // Callers of the estate are those whom the trust policy names, or were added before.
  enum class Members : std::uint8_t { Named, Known };
  void add_callers(RoleId role, bool exact);
  // Callers of the estate by all gates; false: not everybody is known that way.
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
  std::vector<RoleId> open_;   // Roles that lead to the role, nearest first.
  std::size_t looked_at_ = 0;  // Of those.
  std::uint32_t known_ = 0;
  std::unordered_set<const void*> seen_;  // Classes and principals.
  std::set<std::string, std::less<>> names_;
  bool outside_ = false;     // Those outside were added.
  bool everyone_ = false;    // Some policy names everyone.
  bool unexported_ = false;  // Callers of accounts without an export were added.
  std::deque<ChainStart> starts_;
};

}  // namespace rolecall
