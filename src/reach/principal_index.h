// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/caller.h"

namespace rolecall {

// Principals of one account that no policy about assuming roles tells apart, but by their own
// names, ids and tags: what holds for one, holds for all up to conditions on those. Documents with
// the same bytes are one.
struct PrincipalClass {
  CallerKind kind{};  // User or RoleSession.
  std::vector<const IamEntity*> members{};
};

// The classes of every account, made when they are asked for.
class PrincipalIndex {
 public:
  explicit PrincipalIndex(const Estate& estate) : estate_(estate) {}

  [[nodiscard]] const std::vector<PrincipalClass>& classes(const Account& account);

 private:
  struct Document {
    const Policy* policy = nullptr;
    bool bears = false;
  };
  // Whether some statement is about assuming roles, or the document was not read in full.
  [[nodiscard]] bool bears(const Policy& policy);
  [[nodiscard]] Document attached(const Account& account, std::string_view arn);
  void add_policies(const Account& account, const IamEntity& entity, std::string& missing,
                    std::vector<const Policy*>& policies);
  [[nodiscard]] std::string boundary_key(const Account& account, const IamEntity& entity);
  [[nodiscard]] std::string class_key(const Account& account, const User& user);
  [[nodiscard]] std::string class_key(const Account& account, const Role& role);
  [[nodiscard]] std::string finish_key(std::string key, const std::string& missing,
                                       std::vector<const Policy*>& policies) const;

  const Estate& estate_;
  std::unordered_map<const Policy*, bool> bears_;
  std::unordered_map<std::string_view, Document> attached_;  // Of the account being read.
  std::unordered_map<const Account*, std::vector<PrincipalClass>> classes_;
};

}  // namespace rolecall
