// SPDX-License-Identifier: Apache-2.0
#include "reach/who_gap.h"

#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

WhoGap trust_gap(const Role& role, std::string_view account) {
  return {fmt::format("the trust policy of `{}`", role.arn),
          role.trust == nullptr ? "its document is not in the estate"
                                : "the document has faults, so that part of it is not known",
          fmt::format("aws iam get-role --role-name {}  # in account {}", shell_quoted(role.name),
                      account)};
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
  for (const auto& [complete, what] :
       {std::pair(account.has_users, "users"), std::pair(account.has_roles, "roles")}) {
    if (complete) continue;
    gaps.push_back({fmt::format("{} of account {}", what, account.id),
                    "the export does not list them all",
                    fmt::format("aws iam get-account-authorization-details > {0}.gaad.json  "
                                "# in account {0}",
                                account.id)});
  }
}

}  // namespace rolecall
