// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rolecall/reach/residual.h"
#include "rolecall/reach/who.h"

#include "reach/gate_residual.h"
#include "reach/open_call.h"

namespace rolecall {

// By SubActionKind: when that sub-action is allowed.
using ExactResiduals = std::array<ResidualId, kSubActions>;

// The answer to an open call.
struct SolvedCall {
  ExactResiduals exact{};
  std::vector<GrantStatement> grants{};
  // Tag keys of aws:PrincipalTag that policies use when the caller is a role: its sessions may have
  // tags that the role has not.
  std::set<std::string, std::less<>> role_tags{};

  [[nodiscard]] bool is_never_allowed() const { return exact[0] == ResidualTable::kNever; }
};

// Decides an open call through all gates, and again for callers that differ in their own policies
// only or for roles that differ in their trust policies only, without repeating the common part.
class CallGates {
 public:
  // All borrowed.
  CallGates(ResidualTable& table, const CallOpener& opener, OpenCall& call)
      : table_(table), opener_(opener), call_(call) {}

  [[nodiscard]] SolvedCall solve();
  // For a caller with these policies instead of those of the call.
  [[nodiscard]] SolvedCall solve(const GateInput& identity, const GateInput& boundary);
  // After the trust policy of the call was replaced.
  [[nodiscard]] SolvedCall solve_for_trust();
  // To be called after the caller's own policies were replaced, or the role that they are for.
  void forget_own_policies();

 private:
  template <typename Decide>
  [[nodiscard]] SolvedCall solve_with(const Decide& decide);
  [[nodiscard]] ResidualId preconditions();
  // Whether some Allow statement of the trust policy has this sub-action.
  [[nodiscard]] bool is_trusted_with(SubActionKind kind) const;

  ResidualTable& table_;
  const CallOpener& opener_;
  OpenCall& call_;
  std::array<std::optional<GateResidual>, kSubActions> gates_{};
};

// Decides open calls.
class CallSolver {
 public:
  explicit CallSolver(ResidualTable& table) : table_(table) {}

  [[nodiscard]] SolvedCall solve(const CallOpener& opener, OpenCall& call) {
    return CallGates(table_, opener, call).solve();
  }
  // When at least one call is allowed, with the best choice of parameters. Sub-actions that are not
  // mandatory are needed only if their parameters are passed.
  [[nodiscard]] ResidualId some_call(const ExactResiduals& exact,
                                     const std::array<bool, kSubActions>& mandatory);

 private:
  // `id` for a call without the parameters of the sub-actions that are not `passed`.
  [[nodiscard]] ResidualId without(ResidualId id, const std::array<bool, kSubActions>& passed);

  ResidualTable& table_;
};

}  // namespace rolecall
