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

// What policies other than its trust policy can tell of a role.
struct RoleLikeness {
  // Roles of equal keys are alike to every caller of another account, but for those of `apart`.
  std::string key{};
  // The ARN of a role that is like them, of an account that nobody names.
  std::string stand_in{};
  // Classes whose policies name the role or its account. Sorted.
  std::vector<const SharedClass*> apart{};
  // Policies of the organization name it, or hang on who asks: it is like no other.
  bool alone = false;
};

// The resource patterns and the keys of resources in all policies of an estate about assuming
// roles. Borrows them.
class RoleLikenessIndex {
 public:
  explicit RoleLikenessIndex(const Estate& estate);
  void add(const SharedClass& owner, const OwnPolicies& own);

  [[nodiscard]] RoleLikeness of(const Role& role, const Account& account) const;

 private:
  struct Pattern {
    std::string_view text{};
    const Policy* policy = nullptr;
    std::vector<const SharedClass*> owners{};  // None: the organization.
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
  std::unordered_map<std::string, std::size_t> known_;  // Of `wide_`.
  Patterns wide_;                                       // That do not name one account.
  std::unordered_map<std::string_view, Patterns> by_account_;
  std::unordered_map<std::string_view, Patterns> plain_;  // ARNs.
  std::vector<const SharedClass*> varying_;               // With policy variables in patterns.
  bool organization_varies_ = false;
};

}  // namespace rolecall
