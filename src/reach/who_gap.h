// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

// What answers may lack, in words.
namespace rolecall {

enum class TrustFault : std::uint8_t { None, Missing, Unreadable, Faulty };
[[nodiscard]] TrustFault trust_fault(const Role& role);
// Why the trust policy of a role, or of several, is not known in full; empty for None.
[[nodiscard]] std::string_view trust_fault_words(TrustFault fault, bool several = false);
// REQUIRES: the trust policy has a fault.
[[nodiscard]] WhoGap trust_gap(const Role& role, std::string_view account);
[[nodiscard]] WhoGap names_gap(const Role& role, std::size_t names, std::size_t most);
// Session tags under a key were not looked at.
[[nodiscard]] WhoGap session_tags_gap(std::string_view key);
// Ways of more than so many calls.
[[nodiscard]] WhoGap hops_gap(std::size_t most);
// The export does not list all users, or roles.
void add_incomplete(const Account& account, std::vector<WhoGap>& gaps);

using AccountIds = std::vector<std::string>;
// `account 111122223333`, `accounts 111122223333 and 444455556666`.
[[nodiscard]] std::string account_words(const AccountIds& ids);
// The command, and in which accounts it is to run.
[[nodiscard]] std::string command_in(std::string_view command, const AccountIds& ids);
// The command that exports them.
[[nodiscard]] std::string export_from(const AccountIds& ids);

}  // namespace rolecall
