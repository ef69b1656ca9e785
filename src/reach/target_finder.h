// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
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

  TargetFinder(const Estate& estate, const WalkIndex& index);

  // `request` brings along what the caller's session has. Each role once, those of an account and a
  // trust policy side by side.
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
    const AssumeRequest& request;
    std::optional<RequestContext> context{};  // For that, once it is needed.
  };

  void sort(std::vector<RoleId>& found) const;
  void find_signed(Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  void find_other(const Caller& caller, const Skip& skip, std::vector<RoleId>& found);
  void add(Asker& asker, TrustId id, const Skip& skip, std::vector<RoleId>& found);
  void add_everyone(Asker& asker, const Skip& skip, std::vector<RoleId>& found);
  // One role, unless it is skipped; the second if its trust policy may let the caller in.
  void add_role(RoleId id, const Skip& skip, std::vector<RoleId>& found);
  void add_letting(Asker& asker, RoleId id, const Skip& skip, std::vector<RoleId>& found);
  [[nodiscard]] bool lets(Asker& asker, TrustId id);
  [[nodiscard]] bool look_at(Asker& asker, const WalkIndex::Trust& trust) const;
  // Roles that trust everyone, of those whose ARN matches the pattern.
  [[nodiscard]] const std::vector<RoleId>& matching(const Policy& policy, std::string_view pattern);

  const Estate& estate_;
  const WalkIndex& index_;
  std::vector<RoleId> everyone_;  // Roles that trust everyone, ascending.
  std::unordered_map<std::string_view, std::vector<RoleId>> matching_;  // Of those, by pattern.
  // Which were looked at for the caller of this number.
  std::uint32_t round_ = 0;
  std::vector<std::uint32_t> role_seen_;
  std::vector<std::uint32_t> trust_seen_;
  std::vector<bool> trust_lets_;
  std::vector<TrustId> same_;  // Of trust policies with the same document, the first.
};

}  // namespace rolecall
