// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"

namespace rolecall {

// The roles of an estate by trust policy, and the trust policies by the principals they name. Does
// not change once made; borrows the estate. May be read by several threads.
class WalkIndex {
 public:
  using RoleId = std::uint32_t;
  using TrustId = std::uint32_t;

  struct Target {
    const Role* role = nullptr;
    const Account* account = nullptr;
    TrustId trust = 0;
    std::uint32_t place = 0;  // In the account's list of roles.
  };
  // One trust policy with roles that have it. When roles of many accounts have the same document
  // there may be several of these.
  struct Trust {
    const Policy* policy = nullptr;   // Never null: for a missing document, one marked faulty.
    std::span<const RoleId> roles{};  // Ascending.

    // Whether some statement allows the action, sts:TagSession, or sts:SetSourceIdentity.
    [[nodiscard]] bool takes(ActionSet action) const;
    [[nodiscard]] bool takes_tags() const { return takes(actions::kTagSession); }
    [[nodiscard]] bool takes_identity() const { return takes(actions::kSetSourceIdentity); }
  };

  explicit WalkIndex(const Estate& estate);

  [[nodiscard]] std::size_t size() const { return targets_.size(); }
  [[nodiscard]] std::size_t trusts() const { return trusts_.size(); }
  // Ids are ordered by account: those of one account are consecutive.
  [[nodiscard]] const Target& target(RoleId id) const { return targets_[id]; }
  [[nodiscard]] const Trust& trust(TrustId id) const { return trusts_[id]; }
  // The id of a role; nothing: the account has no such role.
  [[nodiscard]] std::optional<RoleId> find(const Role& role, const Account& account) const;
  // The roles of one account that have the trust policy.
  [[nodiscard]] std::span<const RoleId> roles(TrustId id, const Account& account) const {
    return part_of(trusts_[id].roles, account.id);
  }
  // Those of one account. REQUIRES: `roles` is ascending.
  [[nodiscard]] std::span<const RoleId> part_of(std::span<const RoleId> roles,
                                                std::string_view account) const;

  // Trust policies with an Allow statement that names this: an account, ARN, unique id,
  // session_key, service (in lower case) or provider; `*` is everyone.
  [[nodiscard]] std::vector<TrustId> naming(std::string_view name) const;
  // Whether `naming` is not empty.
  [[nodiscard]] bool names(std::string_view name) const;
  // Calls `visit` with each name that some trust policy names, with some more than once.
  template <typename Visit>
  void each_name(const Visit& visit) const;

  // Session names of the role that some policy names as a principal.
  [[nodiscard]] const std::set<std::string_view>& session_names(const Target& target) const;
  // The name for `naming` of sessions of a role.
  [[nodiscard]] static std::string session_key(std::string_view account, std::string_view name);

 private:
  static constexpr std::uint32_t kEnd = static_cast<std::uint32_t>(-1);
  struct Link {
    TrustId trust = 0;
    std::uint32_t next = kEnd;
  };
  // The index of some accounts, made by one thread; `append` adds it, with its ids shifted.
  class Part;

  void append(Part& part);
  void follow(std::uint32_t link, std::vector<TrustId>& found) const;
  void collect_session_names(const Policy& policy);

  std::vector<Target> targets_;
  std::vector<Trust> trusts_;
  std::deque<std::vector<RoleId>> role_lists_;
  // By part: each name, with the first link of the list of trust policies that name it.
  std::vector<std::unordered_map<std::string_view, std::uint32_t>> by_name_;
  std::vector<Link> links_;
  std::deque<std::deque<std::string>> names_;  // Owns the names that are not text of a policy.
  std::unordered_map<std::string, std::set<std::string_view>> session_names_;
};

template <typename Visit>
void WalkIndex::each_name(const Visit& visit) const {
  for (const auto& part : by_name_) {
    for (const auto& [name, link] : part) visit(name);
  }
}

}  // namespace rolecall
