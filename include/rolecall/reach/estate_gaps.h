// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

// Inputs that were supplied but are missing or incomplete in the estate. Every gap listed here has
// WhoGap::hides set.
namespace rolecall {

// The estate is empty, or a file could not be read.
[[nodiscard]] std::vector<WhoGap> list_file_gaps(const Estate& estate);
// The same, and exports that do not list all roles: an answer over every role is incomplete.
[[nodiscard]] std::vector<WhoGap> list_role_gaps(const Estate& estate);
// Exports that do not list all users.
[[nodiscard]] std::vector<WhoGap> list_user_gaps(const Estate& estate);

// Why a role that is not in the estate may exist all the same: in the account, or, if `account` is
// empty, in any.
[[nodiscard]] std::vector<WhoGap> list_unlisted_roles(const Estate& estate,
                                                      std::string_view account);

}  // namespace rolecall
