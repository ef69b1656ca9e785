// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Keys of the role that is asked for in conditions and variables of policies.
struct RoleKeys {
  bool organization = false;
  bool paths = false;
  bool account = false;
  std::set<std::string> tags{};  // Lower case.

  void look_at(const Policy& policy);

 private:
  void look_at(std::string_view text, bool variables);
  void add(std::string_view key);
};

// The RCPs above an account, level by level, or why there are none: roles of accounts with equal
// keys have the same.
[[nodiscard]] std::string rcp_key(const Estate& estate, const Account& account);

}  // namespace rolecall
