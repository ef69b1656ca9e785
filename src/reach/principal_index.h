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

// A pattern of roles that a policy lets somebody assume.
struct AskedResource {
  std::string_view pattern{};
  std::uint64_t account = 0;  // Its number; 0 where it is left open.
  const Policy* policy = nullptr;
};

// The ARN of a role, and the number of its account.
struct AskedRole {
  std::string_view arn{};
  std::uint64_t account = 0;  // 0: not known.

  explicit AskedRole(std::string_view role);
};

// Principals of one account that no policy about assuming roles tells apart, but by their own
// names, ids and tags: what holds for one, holds for all up to conditions on those. Documents with
// the same bytes are one.
struct PrincipalClass {
  CallerKind kind{};  // User or RoleSession.
  std::vector<const IamEntity*> members{};
  std::string key{};                      // Equal for classes of two accounts that are alike.
  std::vector<const Policy*> policies{};  // The documents that bear on it.
  bool missing = false;                   // Some document is not in the estate, or all of them.
  // What they let it ask for.
  std::vector<AskedResource> asks{};
  bool asks_for_all = false;  // More than can be listed.
  // Some policy of it denies assuming roles, or is a permissions boundary.
  bool limited = false;
  // Some policy of it allows what goes with assuming roles, and not assuming them.
  bool passes_along = false;
  bool service_linked = false;
  // The class of several accounts it is part of: known after `asking` or `likeness`, null when its
  // account is not exported.
  const SharedClass* shared = nullptr;
};

// What the own policies of a class are for each member.
struct OwnPolicies {
  GateInput identity{};
  GateInput boundary{};
};

// Classes of several accounts that are alike.
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
  // By groups of accounts that differ in nothing but the account itself.
  std::map<std::uint32_t, std::vector<Place>> places{};
};

class RoleLikenessIndex;

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
  PrincipalIndex(const PrincipalIndex&) = delete;
  PrincipalIndex& operator=(const PrincipalIndex&) = delete;
  ~PrincipalIndex();

  [[nodiscard]] const Estate& estate() const { return estate_; }
  // The classes of an account.
  [[nodiscard]] const std::vector<PrincipalClass>& classes(const Account& account) const;
  // Of each of those.
  [[nodiscard]] const std::vector<OwnPolicies>& own_policies(const Account& account) const;
  [[nodiscard]] const OwnPolicies& own_policies(const SharedClass& of) const;
  // Whether their own policies may let them assume a role.
  [[nodiscard]] static bool may_ask(const PrincipalClass& of, const AskedRole& role);

  // Over the exported accounts: all that may ask for a role by their own policies.
  [[nodiscard]] std::vector<const SharedClass*> asking(std::string_view arn) const;
  [[nodiscard]] const IdentifiedPrincipal* find_by_id(std::string_view id) const;
  [[nodiscard]] const RoleLikenessIndex& likeness() const;
  [[nodiscard]] MemberPartitions& partitions() const { return partitions_; }
  // Made once for a key; others that ask for it wait meanwhile.
  [[nodiscard]] const SharedWays& shared_ways(const std::string& key,
                                              const std::function<SharedWays()>& make) const;

  // ---- Of all accounts -------------------------------------------------------------------------

  // Those whose export is not in the estate, those of the organization included.
  [[nodiscard]] const std::vector<std::string_view>& not_exported() const { return not_exported_; }
  // Those whose export does not list everybody.
  [[nodiscard]] const std::vector<const Account*>& incomplete() const { return incomplete_; }
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
  mutable std::vector<const SharedClass*> broad_;  // Ask for roles by patterns.
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
