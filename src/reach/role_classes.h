// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"

#include "reach/class_keys.h"
#include "reach/member_reading.h"

namespace rolecall {

// Which roles of an account are alike to every policy but trust policies when their sessions ask
// for other roles: the same documents bear on them, and every condition of those on the names and
// tags of who asks is met by all or by none. Borrows the estate.
class RoleClasses {
 public:
  explicit RoleClasses(const Estate& estate) : estate_(estate) {}

  // Equal for roles that are alike, of one account; until the next call. Null: it is like no other.
  [[nodiscard]] const std::string* key_of(const Role& role, const Account& account);
  // By what a policy tells roles apart that are alike.
  [[nodiscard]] const MemberReads& reads(const Policy& policy) { return reading_.of(policy); }

 private:
  // Documents of the organization that tell sessions of roles of an account apart.
  [[nodiscard]] const std::vector<const Policy*>& above(const Account& account);
  // Whether roles can be alike to the policy.
  [[nodiscard]] bool add(const Policy& policy, const Role& role);

  const Estate& estate_;
  MemberReading reading_;
  std::unordered_map<const Account*, ClassKeys> keys_;
  std::unordered_map<const Account*, std::vector<const Policy*>> above_;
  std::string key_;
  RequestContext member_;
};

}  // namespace rolecall
