// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

// Texts for what answers may lack.
namespace rolecall {

enum class TrustFault : std::uint8_t { None, Missing, Unreadable, Faulty };
[[nodiscard]] TrustFault trust_fault(const Role& role);
// Why the trust policy of one role, or of `several`, is not known in full; empty for None.
[[nodiscard]] std::string_view trust_fault_words(TrustFault fault, bool several = false);
// REQUIRES: the trust policy has a fault.
[[nodiscard]] WhoGap trust_gap(const Role& role, std::string_view account);
// Policies name `names` principals for the role, more than `most`, so that none was considered.
[[nodiscard]] WhoGap names_gap(const Role& role, std::size_t names, std::size_t most);
// Session tags with this key were not considered.
[[nodiscard]] WhoGap session_tags_gap(std::string_view key);
// Walks of more than `most` calls were not considered.
[[nodiscard]] WhoGap hops_gap(std::size_t most);
// Adds a gap for each list, of users or roles, that the export does not have.
void add_incomplete(const Account& account, std::vector<WhoGap>& gaps);

using AccountIds = std::vector<std::string>;
// `account 111122223333`, `accounts 111122223333 and 444455556666`.
[[nodiscard]] std::string account_words(const AccountIds& ids);
// The command, with the accounts in which it is to be run.
[[nodiscard]] std::string command_in(std::string_view command, const AccountIds& ids);
// The command that exports the accounts.
[[nodiscard]] std::string export_from(const AccountIds& ids);

}  // namespace rolecall
