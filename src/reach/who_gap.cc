// SPDX-License-Identifier: Apache-2.0
#include "reach/who_gap.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/reach/estate_gaps.h"

#include "estate/entity_lists.h"

namespace rolecall {

namespace {

constexpr std::string_view kNotAllListed = "the export does not list them all";

}  // namespace

TrustFault trust_fault(const Role& role) {
  const Policy* const trust = role.trust.shared();
  if (trust != nullptr) return trust->faulty ? TrustFault::Faulty : TrustFault::None;
  return role.trust_at.known() ? TrustFault::Unreadable : TrustFault::Missing;
}

std::string_view trust_fault_words(TrustFault fault, bool several) {
  constexpr std::array<std::array<std::string_view, 2>, 4> kWords = {{
      {"", ""},
      {"its document is not in the estate", "their documents are not in the estate"},
      {"its document could not be read", "their documents could not be read"},
      {"the document has faults, so that part of it is not known",
       "their documents have faults, so that part of them is not known"},
  }};
  return kWords[static_cast<std::size_t>(fault)][several ? 1 : 0];
}

WhoGap trust_gap(const Role& role, std::string_view account) {
  return {fmt::format("the trust policy of `{}`", role.arn),
          std::string(trust_fault_words(trust_fault(role))),
          fmt::format("aws iam get-role --role-name {}  # in account {}", shell_quoted(role.name),
                      account),
          /*dangling=*/false,
          /*hides=*/true};
}

WhoGap names_gap(const Role& role, std::size_t names, std::size_t most) {
  return {fmt::format("the principals that policies name for `{}`", role.arn),
          fmt::format("there are {}, and more than {} are not looked at", names, most),
          {}};
}

WhoGap session_tags_gap(std::string_view key) {
  return {"role sessions with session tags",
          fmt::format("`{}` was looked up among the tags of the role only", key),
          {}};
}

WhoGap hops_gap(std::size_t most) {
  return {fmt::format("ways of more than {}", most == 1 ? "1 call" : fmt::format("{} calls", most)),
          "--max-hops leaves them out",
          {}};
}

void add_incomplete(const Account& account, std::vector<WhoGap>& gaps) {
  const auto add = [&](std::string_view what, bool lost) {
    gaps.push_back({fmt::format("{} of account {}", what, account.id), std::string(kNotAllListed),
                    export_from({account.id}), /*dangling=*/false, lost});
  };
  if (!lists_users(account)) add("users", lost_users(account));
  if (!lists_roles(account)) add("roles", lost_roles(account));
}

bool hides_some(const std::vector<WhoGap>& gaps) {
  return std::any_of(gaps.begin(), gaps.end(), [](const WhoGap& each) { return each.hides; });
}

std::string account_words(const AccountIds& ids) {
  return fmt::format("{} {}", ids.size() == 1 ? "account" : "accounts", join_list(ids));
}

std::string command_in(std::string_view command, const AccountIds& ids) {
  return ids.size() == 1 ? fmt::format("{}  # in account {}", command, ids[0])
                         : fmt::format("{}  # in each of these accounts", command);
}

std::string export_from(const AccountIds& ids) {
  const std::string_view file = ids.size() == 1 ? std::string_view(ids[0]) : "ACCOUNT";
  return command_in(fmt::format("aws iam get-account-authorization-details > {}.gaad.json", file),
                    ids);
}

namespace {

template <typename Wanted>
std::vector<WhoGap> list_accounts(const Estate& estate, std::string_view what, Wanted wanted) {
  AccountIds ids;
  bool exported = true;
  for (const auto& [id, account] : estate.accounts()) {
    if (!wanted(account)) continue;
    ids.push_back(id);
    exported = exported && account.exported;
  }
  if (ids.empty()) return {};
  return {{fmt::format("{} of {}", what, account_words(ids)),
           std::string(exported ? kNotAllListed : "the estate does not list them all"),
           export_from(ids), /*dangling=*/false, /*hides=*/true}};
}

}  // namespace

std::vector<WhoGap> list_file_gaps(const Estate& estate) {
  if (estate.incomplete) {
    return {{"the estate", "not all of it could be read", {}, false, /*hides=*/true}};
  }
  if (!estate.accounts().empty()) return {};
  return {{"the estate", "it has no account",
           "aws iam get-account-authorization-details > ACCOUNT.gaad.json", false,
           /*hides=*/true}};
}

std::vector<WhoGap> list_role_gaps(const Estate& estate) {
  std::vector<WhoGap> gaps = list_file_gaps(estate);
  for (WhoGap& each : list_accounts(estate, "roles", lost_roles)) gaps.push_back(std::move(each));
  return gaps;
}

std::vector<WhoGap> list_user_gaps(const Estate& estate) {
  return list_accounts(estate, "users", lost_users);
}

std::vector<WhoGap> list_unlisted_roles(const Estate& estate, std::string_view account) {
  std::vector<WhoGap> gaps;
  if (estate.incomplete) gaps = list_file_gaps(estate);
  const auto found = list_accounts(estate, "roles", [&](const Account& each) {
    return (account.empty() || account == each.id) && !lists_roles(each);
  });
  gaps.insert(gaps.end(), found.begin(), found.end());
  return gaps;
}

}  // namespace rolecall
