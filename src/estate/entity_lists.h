// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Whether Account::unread has an entity with the prefix `user/` or `role/`.
[[nodiscard]] inline bool has_unread(const Account& account, std::string_view prefix) {
  return std::any_of(account.unread.begin(), account.unread.end(),
                     [&](std::string_view each) { return each.starts_with(prefix); });
}
// Whether all users, or roles, of the account are known: one that is not listed does not exist.
[[nodiscard]] inline bool lists_users(const Account& account) {
  return account.has_users && !has_unread(account, "user/");
}
[[nodiscard]] inline bool lists_roles(const Account& account) {
  return account.has_roles && !has_unread(account, "role/");
}
// Whether some of them are missing although the account's export was supplied. An account without
// an export lacks nothing.
[[nodiscard]] inline bool lost_users(const Account& account) {
  return !lists_users(account) && (account.exported || has_unread(account, "user/"));
}
[[nodiscard]] inline bool lost_roles(const Account& account) {
  return !lists_roles(account) && (account.exported || has_unread(account, "role/"));
}

}  // namespace rolecall
