// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

#include "reach/principal_index.h"
#include "reach/role_keys.h"

namespace rolecall {

// Which roles get the same answer from callers of other accounts.
struct RoleLikeness {
  // Roles with equal keys are the same to every caller of another account that is not of a class in
  // `apart`: they have the same trust policy, and the same resource patterns match them.
  std::string key{};
  // A made-up ARN in an account that no policy names, which stands for all roles with this key.
  std::string stand_in{};
  // Classes whose policies name the role or its account, or have variables in patterns. Sorted.
  std::vector<const SharedClass*> apart{};
  // No other role gets the same answer, or it is not known: the other members do not matter.
  bool unique = false;
};

// The resource patterns, and the context keys of the resource, in all policies of an estate about
// assuming roles. Borrows the policies.
class RoleLikenessIndex {
 public:
  explicit RoleLikenessIndex(const Estate& estate);
  void add(const SharedClass& owner, const OwnPolicies& own);

  [[nodiscard]] RoleLikeness of(const Role& role, const Account& account) const;

 private:
  struct Pattern {
    std::string_view text{};
    const Policy* policy = nullptr;
    std::vector<const SharedClass*> owners{};  // Classes with the policy; none: the organization.
  };
  using Patterns = std::vector<Pattern>;

  void add(const Policy& policy, const SharedClass* owner);
  void add(std::string_view pattern, const Policy& policy, const SharedClass* owner);
  [[nodiscard]] std::string wide_key(std::string_view arn) const;
  void add_values(const RoleKeys& keys, const Role& role, const Account& account,
                  std::string& key) const;

  const Estate& estate_;
  RoleKeys keys_;
  std::unordered_map<const Account*, std::string> rcp_keys_;
  std::unordered_map<std::string, std::size_t> known_;  // By policy kind and text: index in wide_.
  Patterns wide_;                                       // Those that do not name one account.
  std::unordered_map<std::string_view, Patterns> by_account_;
  std::unordered_map<std::string_view, Patterns> plain_;  // By ARN: those without wildcards.
  std::vector<const SharedClass*> varying_;               // Classes with variables in patterns.
  bool organization_varies_ = false;
};

}  // namespace rolecall
