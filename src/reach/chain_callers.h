// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
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

// Backward from a role, by whom trust policies name and what own policies ask for: everybody who
// may end up in it, and how far away at least. Conditions and other policies are not looked at.
class ChainCallers {
 public:
  using RoleId = WalkIndex::RoleId;
  static constexpr std::uint32_t kFar = static_cast<std::uint32_t>(-1);

  ChainCallers(const WhoIndex& index, const Role& role);

  // Calls between a session of the role and the role that was asked about; kFar: no way is known.
  [[nodiscard]] std::uint32_t distance(RoleId role) const { return distances_[role]; }
  // The farthest of them.
  [[nodiscard]] std::uint32_t farthest() const { return farthest_; }
  [[nodiscard]] const std::deque<ChainStart>& starts() const { return starts_; }
  // Whether some role on the way trusts everyone.
  [[nodiscard]] bool everyone() const { return outside_; }

 private:
  void add_callers(RoleId role);
  void add_element(const PrincipalElement& element, const WalkIndex::Target& target);
  void add_named(const PrincipalElement& element);
  void add_everyone(const WalkIndex::Target& target);
  void add_account(std::string_view id, const WalkIndex::Target& target);
  void add_any_of(std::string_view account);
  void add_class(const PrincipalClass& members, const Account& account);
  void add_entity(const IamEntity& entity, CallerKind kind, const Account& account);
  void add_provider(std::string_view name);
  void add_start(ChainStart start);

  const Estate& estate_;
  const PrincipalIndex& principals_;
  const WalkIndex& roles_;
  std::unordered_map<const Role*, RoleId> ids_;
  std::vector<std::uint32_t> distances_;
  std::vector<RoleId> open_;
  std::uint32_t next_ = 1;  // The distance of those that are found now.
  std::uint32_t farthest_ = 0;
  std::unordered_set<const void*> seen_;  // Classes and principals.
  std::set<std::string, std::less<>> names_;
  bool outside_ = false;
  std::deque<ChainStart> starts_;
};

}  // namespace rolecall
