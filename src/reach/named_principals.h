// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "rolecall/estate/estate.h"

namespace rolecall {

// The principals that the trust policy of a role and the RCPs name. Views of the policies.
struct NamedPrincipals {
  std::set<std::string_view> principals{};  // ARNs and unique ids, of Allow and Deny statements.
  std::set<std::string_view> granted{};     // Those of Allow statements.
  std::set<std::string> sessions{};         // `ACCOUNT/NAME` of the roles of sessions among those.
  std::set<std::string_view> accounts{};    // Of Allow statements.
  std::set<std::string_view> denied_accounts{};
  std::map<std::string, bool> services{};        // With whether an Allow statement names it.
  std::map<std::string_view, bool> providers{};  // The same.
  bool everyone = false;                         // An Allow statement names everyone.

  // Adds those of a trust policy, or of an RCP, whose Allow statements do not count as such.
  void add(const Policy& policy);

 private:
  void add(const PrincipalElement& element, bool allows);
  void add_provider(std::string_view name, bool allows);
};

// Those of a role's trust policy and of all RCPs of the organization.
[[nodiscard]] NamedPrincipals collect_named(const Estate& estate, const Policy& trust);

}  // namespace rolecall
