// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "rolecall/estate/estate.h"

namespace rolecall {

// Whom the statements that bear on a role name. Views of the policies.
struct NamedPrincipals {
  std::set<std::string_view> principals{};  // ARNs and unique ids, of Allow and Deny statements.
  std::set<std::string_view> granted{};     // Those of Allow statements.
  std::set<std::string> sessions{};         // Roles of sessions among those: `ACCOUNT/NAME`.
  std::set<std::string_view> accounts{};    // Of Allow statements.
  std::set<std::string_view> denied_accounts{};
  std::map<std::string, bool> services{};  // Whether an Allow statement names it.
  std::map<std::string_view, bool> providers{};
  bool everyone = false;

  // In a trust policy, or an RCP, whose Allow statements let nobody in.
  void add(const Policy& policy);

 private:
  void add(const PrincipalElement& element, bool allows);
  void add_provider(std::string_view name, bool allows);
};

// Those of a role's trust policy and of the organization's RCPs.
[[nodiscard]] NamedPrincipals collect_named(const Estate& estate, const Policy& trust);

}  // namespace rolecall
