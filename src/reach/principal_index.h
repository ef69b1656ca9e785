// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/caller.h"
#include "rolecall/eval/evaluation.h"
#include "rolecall/reach/who.h"

#include "reach/class_keys.h"
#include "reach/member_split.h"
#include "reach/shared_ways.h"

namespace rolecall {

struct SharedClass;

// A resource pattern of an Allow statement about assuming roles.
struct AskedResource {
  std::string_view pattern{};
  std::uint64_t account = 0;  // The account id in it as a number; 0: it matches several accounts.
  const Policy* policy = nullptr;
};

// The ARN of a role, prepared for matching with AskedResource.
struct AskedRole {
  std::string_view arn{};
  std::uint64_t account = 0;  // 0: not known.

  explicit AskedRole(std::string_view role);
};

// Principals of one account that policies about assuming roles can distinguish only by their names,
// ids and tags: an answer for one of them holds for all, up to conditions on those. The same
// documents apply to them; documents with the same bytes are one.
struct PrincipalClass {
  CallerKind kind{};  // User or RoleSession.
  std::vector<const IamEntity*> members{};
  std::string key{};                      // Equal for equal classes of other accounts.
  std::vector<const Policy*> policies{};  // The documents about assuming roles.
  bool missing = false;                   // Some document is not in the estate, or none is known.
  // The roles that Allow statements of these let it assume.
  std::vector<AskedResource> asks{};
  bool asks_for_all = false;  // More than `asks` lists: any role has to be considered.
  // Some policy of it denies assuming roles, or is a permissions boundary.
  bool limited = false;
  // Some policy of it allows a sub-action such as sts:TagSession, but not assuming roles.
  bool passes_along = false;
  bool service_linked = false;
  // The class of several accounts that it is part of. Set by PrincipalIndex::asking and `likeness`;
  // null when its account is not exported.
  const SharedClass* shared = nullptr;
};

// The own policies of a class, as gate inputs of any member.
struct OwnPolicies {
  GateInput identity{};
  GateInput boundary{};
};

// Classes with equal keys in several accounts.
struct SharedClass {
  CallerKind kind{};
  bool service_linked = false;
  bool has_boundary = false;
  mutable std::once_flag own_once{};
  mutable OwnPolicies own{};  // Made when it is first asked for.
  struct Place {
    const Account* account = nullptr;
    const PrincipalClass* members = nullptr;
  };
  // By number of a group of accounts that are at the same place of the organization and have the
  // same policies of it.
  std::map<std::uint32_t, std::vector<Place>> places{};
};

class RoleLikenessIndex;

// A user or role found by its unique id.
struct IdentifiedPrincipal {
  const IamEntity* entity = nullptr;
  CallerKind kind{};
  const Account* account = nullptr;
};

// The principals of an estate by class, and other results that questions about many roles share.
// Each part is made when first needed. Borrows the estate. May be used by several threads.
class PrincipalIndex {
 public:
  explicit PrincipalIndex(const Estate& estate);
  PrincipalIndex(const PrincipalIndex&) = delete;
  PrincipalIndex& operator=(const PrincipalIndex&) = delete;
  ~PrincipalIndex();

  [[nodiscard]] const Estate& estate() const { return estate_; }
  [[nodiscard]] const std::vector<PrincipalClass>& classes(const Account& account) const;
  // Those of the classes, in the same order.
  [[nodiscard]] const std::vector<OwnPolicies>& own_policies(const Account& account) const;
  [[nodiscard]] const OwnPolicies& own_policies(const SharedClass& of) const;
  // Whether the class's own policies may allow assuming the role.
  [[nodiscard]] static bool may_ask(const PrincipalClass& of, const AskedRole& role);

  // The classes of exported accounts whose own policies may allow assuming the role.
  [[nodiscard]] std::vector<const SharedClass*> asking(std::string_view arn) const;
  [[nodiscard]] const IdentifiedPrincipal* find_by_id(std::string_view id) const;
  [[nodiscard]] const RoleLikenessIndex& likeness() const;
  [[nodiscard]] MemberPartitions& partitions() const { return partitions_; }
  // Calls `make` once for a key; other threads that need the same key wait.
  [[nodiscard]] const SharedWays& shared_ways(const std::string& key,
                                              const std::function<SharedWays()>& make) const;

  // ---- Of all accounts -------------------------------------------------------------------------

  // Accounts of the estate or its organization whose export is not in the estate.
  [[nodiscard]] const std::vector<std::string_view>& not_exported() const { return not_exported_; }
  // Accounts whose export does not list all users or roles.
  [[nodiscard]] const std::vector<const Account*>& incomplete() const { return incomplete_; }
  // The number of users and roles in the estate.
  [[nodiscard]] std::size_t principals() const { return principals_; }

 private:
  struct Classes {
    std::once_flag once{};
    std::vector<PrincipalClass> classes{};
    std::once_flag own_once{};
    std::vector<OwnPolicies> own{};
  };
  void make_all_classes() const;
  void share() const;
  void add_shared(PrincipalClass& from, const Account& account, std::uint32_t group) const;
  void index_ids() const;

  const Estate& estate_;
  mutable std::unordered_map<const Account*, Classes> classes_;
  mutable std::once_flag shared_once_{};
  mutable std::unordered_map<std::string, SharedClass> shared_;
  mutable std::vector<const SharedClass*> broad_;  // Those with patterns that may match many roles.
  mutable std::unordered_map<std::string_view, std::vector<const SharedClass*>> by_target_;
  mutable MemberPartitions partitions_{};
  mutable std::once_flag likeness_once_{};
  mutable std::unique_ptr<RoleLikenessIndex> likeness_;
  struct Slot {
    std::once_flag once{};
    SharedWays ways{};
  };
  mutable std::mutex ways_mutex_{};
  mutable std::unordered_map<std::string, Slot> ways_;
  std::vector<std::string_view> not_exported_;
  std::vector<const Account*> incomplete_;
  std::size_t principals_ = 0;
  mutable std::once_flag ids_once_{};
  mutable std::unordered_map<std::string_view, IdentifiedPrincipal> by_id_;
};

}  // namespace rolecall
