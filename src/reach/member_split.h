// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <vector>

#include "reach/call_solver.h"
#include "reach/open_call.h"

namespace rolecall {

// What a call comes to for some members of a class.
struct MemberOutcome {
  ExactResiduals exact{};
  ResidualId condition = ResidualTable::kNever;
};
struct MemberGroup {
  const MemberOutcome* outcome = nullptr;  // Lasts as long as the split.
  std::vector<const IamEntity*> members{};
};

// Tells the members of a class apart: what a solved call leaves open on the name, id and tags of
// who asks is settled for each of them.
class MemberSplit {
 public:
  // All borrowed. `call` was opened for one of the class, and is what `solved` came from.
  MemberSplit(ResidualTable& table, const CallOpener& opener, const OpenCall& call,
              const SolvedCall& solved);

  [[nodiscard]] std::vector<MemberGroup> split(const std::vector<const IamEntity*>& members);

 private:
  using Values = std::vector<ResidualId>;
  [[nodiscard]] Values values_of(const IamEntity& member);
  [[nodiscard]] ResidualId value_of(ResidualId id, const Authorization& authorization);
  [[nodiscard]] const MemberOutcome& outcome_of(const Values& values);

  ResidualTable& table_;
  const OpenCall& call_;
  const SolvedCall& solved_;
  std::array<std::vector<ResidualId>, kSubActions> parts_{};  // That tell members apart.
  std::array<Authorization, kSubActions> authorizations_{};
  std::map<Values, MemberOutcome> outcomes_;
};

}  // namespace rolecall
