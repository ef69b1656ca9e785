// SPDX-License-Identifier: Apache-2.0
#include "reach/who_gap.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

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
