// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/residual.h"
#include "rolecall/reach/walk.h"
#include "rolecall/reach/who.h"

// Who can end up in a role over chains of calls. walk.h says how the calls of a chain are decided.

namespace rolecall {

// Principals of one kind and account whose shortest walk to the role is the same. Pointers are
// borrowed from the estate.
struct ChainAssumer {
  AssumerKind kind{};
  std::string account{};  // Of users, roles and accounts.
  // As in Assumption.
  std::string name{};
  std::vector<const IamEntity*> members{};
  std::vector<Hop> calls{};  // The last one assumes the role. Conditions: ChainsAnswer::residuals.
  bool unknown = false;      // It is not known whether every call is allowed.

  [[nodiscard]] std::size_t count() const { return members.empty() ? 1 : members.size(); }
};

struct ChainsAnswer {
  const Role* role = nullptr;  // Never null.
  std::string account{};
  ResidualTable residuals{};
  std::vector<ChainAssumer> assumers{};  // Known walks first, then those with fewer calls.
  std::vector<WhoGap> gaps{};
  bool trust_known = true;  // False: the trust policy is not in the estate.
};

// Every principal that can end up in the role, with a shortest walk each: those from which
// find_paths finds a path. Of `limits` only max_hops, max_sessions and by_class are used. The
// answer borrows from the estate.
[[nodiscard]] ChainsAnswer find_chains(const WhoIndex& index, const Role& role,
                                       const WalkLimits& limits = {});

}  // namespace rolecall
