// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/caller.h"
#include "rolecall/eval/evaluation.h"

namespace rolecall {

// Principals of one account that no policy about assuming roles tells apart, but by their own
// names, ids and tags: what holds for one, holds for all up to conditions on those. Documents with
// the same bytes are one.
struct PrincipalClass {
  CallerKind kind{};  // User or RoleSession.
  std::vector<const IamEntity*> members{};
  std::string key{};                      // Equal for classes of two accounts that are alike.
  std::vector<const Policy*> policies{};  // The documents that bear on it.
  bool missing = false;                   // Some document is not in the estate, or all of them.
  bool service_linked = false;
};

// Classes of several accounts that are alike.
struct SharedClass {
  CallerKind kind{};
  bool service_linked = false;
  bool has_boundary = false;
  // What its own policies are for every member.
  GateInput identity{};
  GateInput boundary{};
  struct Place {
    const Account* account = nullptr;
    const PrincipalClass* members = nullptr;
  };
  // By groups of accounts that differ in nothing but the account itself.
  std::map<std::uint32_t, std::vector<Place>> places{};
};

// A principal by its unique id.
struct IdentifiedPrincipal {
  const IamEntity* entity = nullptr;
  CallerKind kind{};
  const Account* account = nullptr;
};

// What questions over a whole estate share. Each part is made when it is first asked for; may be
// asked by several threads.
class PrincipalIndex {
 public:
  explicit PrincipalIndex(const Estate& estate);

  [[nodiscard]] const Estate& estate() const { return estate_; }
  // The classes of an account.
  [[nodiscard]] const std::vector<PrincipalClass>& classes(const Account& account) const;
  // Whether their own policies may let them assume a role.
  [[nodiscard]] static bool may_ask(const PrincipalClass& of, std::string_view role);

  // Over the exported accounts: all that may ask for a role by their own policies.
  [[nodiscard]] std::vector<const SharedClass*> asking(std::string_view role) const;
  [[nodiscard]] const IdentifiedPrincipal* find_by_id(std::string_view id) const;

 private:
  struct Classes {
    std::once_flag once{};
    std::vector<PrincipalClass> classes{};
  };
  void make_all_classes() const;
  void share() const;
  void add_shared(const PrincipalClass& from, const Account& account, std::uint32_t group) const;
  void index_ids() const;

  const Estate& estate_;
  mutable std::unordered_map<const Account*, Classes> classes_;
  mutable std::once_flag shared_once_{};
  mutable std::unordered_map<std::string, SharedClass> shared_;
  mutable std::vector<const SharedClass*> broad_;  // Ask for roles by patterns.
  mutable std::unordered_map<std::string_view, std::vector<const SharedClass*>> by_target_;
  mutable std::once_flag ids_once_{};
  mutable std::unordered_map<std::string_view, IdentifiedPrincipal> by_id_;
};

}  // namespace rolecall
