// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Which context keys of the target role (`aws:ResourceTag/...`, ...) conditions and variables of
// policies use.
struct RoleKeys {
  bool organization = false;
  bool paths = false;
  bool account = false;
  std::set<std::string> tags{};  // Lower case.

  void read(const Policy& policy);

 private:
  void read(std::string_view text, bool variables);
  void add(std::string_view key);
};

// Equal for accounts whose roles have the same RCPs, level by level, or none for the same reason.
[[nodiscard]] std::string rcp_key(const Estate& estate, const Account& account);

}  // namespace rolecall
