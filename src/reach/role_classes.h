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

// Roles of one account whose sessions only trust policies can distinguish as callers: the same
// documents apply to them, and conditions of those on the caller's names and tags have the same
// value for all.
struct RoleClass {
  std::uint32_t id = 0;
  // Equal for classes of an account that differ only in their own policies.
  std::uint32_t family = 0;
};

// Finds the class of a role, once. Borrows estate and index. For one thread.
class RoleClasses {
 public:
  using RoleId = WalkIndex::RoleId;

  RoleClasses(const Estate& estate, const WalkIndex& index)
      : estate_(estate), index_(index), by_role_(index.size()) {}

  // Nothing: a policy may distinguish the role from every other.
  [[nodiscard]] std::optional<RoleClass> of(RoleId role);
  // By what a policy can distinguish roles to which the same documents apply.
  [[nodiscard]] const MemberReads& reads(const Policy& policy) { return reading_.of(policy); }

 private:
  [[nodiscard]] std::optional<RoleClass> find(const WalkIndex::Target& target);
  // SCPs and RCPs that can distinguish sessions of roles of an account.
  [[nodiscard]] const std::vector<const Policy*>& organization_policies(const Account& account);
  // Adds what the policy says of the role to `key_`. False: it may distinguish it from every other.
  [[nodiscard]] bool add_to_key(const Policy& policy, const Role& role);
  [[nodiscard]] bool add_tags_to_key(const MemberKeys& keys, const Role& role);

  struct Known {
    bool looked_at = false;
    std::optional<RoleClass> found{};
  };
  const Estate& estate_;
  const WalkIndex& index_;
  MemberReading reading_;
  std::vector<Known> by_role_;
  std::unordered_map<std::string, std::uint32_t> families_;
  std::unordered_map<std::string, RoleClass> classes_;
  std::unordered_map<const Account*, ClassKeys> keys_;
  std::unordered_map<const Account*, std::vector<const Policy*>> organization_policies_;
  std::string key_;                       // Of the role that is being classified.
  std::optional<RequestContext> member_;  // The same.
};

}  // namespace rolecall
