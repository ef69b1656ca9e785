// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"
#include "rolecall/trust/assume_request.h"

#include "reach/caller_rights.h"
#include "reach/walk_index.h"
#include "trust/caller_builder.h"

namespace rolecall {

// Finds the roles that a caller may be able to assume: their trust policies name it, do not refuse
// it whichever of their roles it asks for, and its own policies do not keep it from the role. A
// superset of those it can assume. Borrows estate and index.
class TargetFinder {
 public:
  using RoleId = WalkIndex::RoleId;
  // Roles that need not be looked at.
  using Skip = std::function<bool(RoleId)>;

  TargetFinder(const Estate& estate, const WalkIndex& index)
      : estate_(estate),
        index_(index),
        everyone_(index.naming("*")),
        role_seen_(index.size(), 0),
        trust_seen_(index.trusts(), 0),
        trust_lets_(index.trusts(), false) {}

  // `request` brings along what the caller's session has. Each role once.
  [[nodiscard]] std::vector<RoleId> find(const AssumeRequest& request, const ResolvedCaller& caller,
                                         const Skip& skip);

 private:
  using TrustId = WalkIndex::TrustId;
  // Of the caller that is looked at.
  struct Asker {
    const ResolvedCaller& resolved;
    CallerRights rights{};
    bool tags = false;      // It passes on transitive tags.
    bool identity = false;  // The same of a source identity.
    bool filtered = false;  // Trust policies are asked beforehand.
    RequestContext context{};
  };

  void find_signed(const Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  void find_other(const Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  void add(const Asker& asker, TrustId id, const Skip& skip, std::vector<RoleId>& found);
  void add_everyone(const Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  void add_role(RoleId id, const Skip& skip, std::vector<RoleId>& found);
  [[nodiscard]] bool lets(const Asker& asker, TrustId id);
  // Roles that trust everyone and that a pattern matches.
  [[nodiscard]] const std::vector<RoleId>& matching(const Policy& policy, std::string_view pattern);

  const Estate& estate_;
  const WalkIndex& index_;
  std::vector<TrustId> everyone_;
  std::vector<RoleId> everyone_roles_;
  std::unordered_map<std::string_view, std::vector<RoleId>> matching_;
  // Which were looked at for the caller of this number.
  std::uint32_t round_ = 0;
  std::vector<std::uint32_t> role_seen_;
  std::vector<std::uint32_t> trust_seen_;
  std::vector<bool> trust_lets_;
};

}  // namespace rolecall
