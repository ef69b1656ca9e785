// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/residual.h"
#include "rolecall/reach/walk.h"
#include "rolecall/reach/who.h"

// Who can end up in a role over chains of calls: `who` and `reach` at once. What holds of the calls
// is said in walk.h.

namespace rolecall {

// Principals with one and the same shortest walk to the role. All borrowed from the estate.
struct ChainAssumer {
  AssumerKind kind{};
  std::string account{};  // Of users, roles and accounts.
  // As in Assumption.
  std::string name{};
  std::vector<const IamEntity*> members{};
  std::vector<Hop> calls{};  // The last one is that of the role.
  bool unknown = false;      // Some call cannot be told.

  [[nodiscard]] std::size_t count() const { return members.empty() ? 1 : members.size(); }
};

struct ChainsAnswer {
  const Role* role = nullptr;  // Never null.
  std::string account{};
  ResidualTable residuals{};
  std::vector<ChainAssumer> assumers{};  // Those with known walks first, then by calls.
  std::vector<WhoGap> gaps{};
  bool trust_known = true;  // False: the trust policy is not in the estate.
};

// Everybody who can end up in the role, with a shortest walk each. A principal is in the answer
// when find_paths finds a path from it. The answer borrows from the estate.
[[nodiscard]] ChainsAnswer find_chains(const WhoIndex& index, const Role& role,
                                       const WalkLimits& limits = {});

}  // namespace rolecall
