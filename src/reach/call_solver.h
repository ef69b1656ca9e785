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

using ExactResiduals = std::array<ResidualId, kSubActions>;

// When the sub-actions of an open call are allowed.
struct SolvedCall {
  ExactResiduals exact{};
  std::vector<GrantStatement> grants{};
  // Keys of principal tags that policies ask a role caller for.
  std::set<std::string, std::less<>> role_tags{};

  [[nodiscard]] bool never() const { return exact[0] == ResidualTable::kNever; }
};

// Decides an open call through all gates: for one caller after the other when they differ in their
// own policies alone, or for one role after the other when they differ in their trust policies.
class CallGates {
 public:
  // All borrowed.
  CallGates(ResidualTable& table, const CallOpener& opener, OpenCall& call)
      : table_(table), opener_(opener), call_(call) {}

  [[nodiscard]] SolvedCall solve();
  [[nodiscard]] SolvedCall solve(const GateInput& identity, const GateInput& boundary);
  // After the trust policy of the call was replaced.
  [[nodiscard]] SolvedCall solve_for_trust();
  // The caller's own policies are others now, or are asked for another role.
  void forget_own_policies();

 private:
  template <typename Decide>
  [[nodiscard]] SolvedCall solve_with(const Decide& decide);
  [[nodiscard]] ResidualId preconditions();
  // Whether some Allow of the trust policy is about a sub-action beside the main one.
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
  // When some call is allowed, whichever parameters it passes.
  [[nodiscard]] ResidualId some_call(const ExactResiduals& exact,
                                     const std::array<bool, kSubActions>& mandatory);

 private:
  // What an action needs when the parameters of some sub-actions are not passed.
  [[nodiscard]] ResidualId without(ResidualId id, const std::array<bool, kSubActions>& passed);

  ResidualTable& table_;
};

}  // namespace rolecall
