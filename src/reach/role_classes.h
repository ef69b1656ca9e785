// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"

#include "reach/class_keys.h"
#include "reach/member_reading.h"
#include "reach/walk_index.h"

namespace rolecall {

// Roles of an account whose sessions are alike to every policy but trust policies when they ask for
// other roles: the same documents bear on them, and every condition of those on the names and tags
// of who asks is met by all or by none.
struct RoleClass {
  std::uint32_t id = 0;
  // Equal for classes of the account that nothing but their own policies tells apart.
  std::uint32_t kin = 0;
};

// Borrows estate and index. Remembers.
class RoleClasses {
 public:
  using RoleId = WalkIndex::RoleId;

  RoleClasses(const Estate& estate, const WalkIndex& index)
      : estate_(estate), index_(index), by_role_(index.size()) {}

  // Nothing: it is like no other.
  [[nodiscard]] std::optional<RoleClass> of(RoleId role);
  // By what a policy tells roles apart that are alike.
  [[nodiscard]] const MemberReads& reads(const Policy& policy) { return reading_.of(policy); }

 private:
  [[nodiscard]] std::optional<RoleClass> find(const WalkIndex::Target& target);
  // Documents of the organization that tell sessions of roles of an account apart.
  [[nodiscard]] const std::vector<const Policy*>& above(const Account& account);
  // Adds to the key what the policy says of the role. Whether roles can be alike to it.
  [[nodiscard]] bool add(const Policy& policy, const Role& role);
  [[nodiscard]] bool add_tags(const MemberKeys& keys, const Role& role);

  struct Known {
    bool looked_at = false;
    std::optional<RoleClass> found{};
  };
  const Estate& estate_;
  const WalkIndex& index_;
  MemberReading reading_;
  std::vector<Known> by_role_;
  std::unordered_map<std::string, std::uint32_t> kin_;
  std::unordered_map<std::string, RoleClass> classes_;
  std::unordered_map<const Account*, ClassKeys> keys_;
  std::unordered_map<const Account*, std::vector<const Policy*>> above_;
  std::string key_;
  std::optional<RequestContext> member_;
};

}  // namespace rolecall
