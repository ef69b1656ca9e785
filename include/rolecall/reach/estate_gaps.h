// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

// What an estate was to hold and does not. All of these hide something.
namespace rolecall {

// It holds nothing, or a file could not be read.
[[nodiscard]] std::vector<WhoGap> list_file_gaps(const Estate& estate);
// The same, and exports that do not list all roles: what is said of every role is not of all.
[[nodiscard]] std::vector<WhoGap> list_role_gaps(const Estate& estate);
// Exports that do not list all users.
[[nodiscard]] std::vector<WhoGap> list_user_gaps(const Estate& estate);

// Why a role may be there that the estate does not have, in that account, or in any if it is empty.
[[nodiscard]] std::vector<WhoGap> list_unlisted_roles(const Estate& estate,
                                                      std::string_view account);

}  // namespace rolecall
