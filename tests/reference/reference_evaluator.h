// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "rolecall/eval/evaluation.h"

// The shortest evaluator that could be right: written from AWS's rules, without optimization,
// trace, or any function of src/eval, so that it can contradict it. Slow, and only for tests.
namespace rolecall::reference {

struct Outcome {
  Decision decision = Decision::Unknown;
  std::array<Verdict, kGateCount> gates{};  // NotApplicable where `evaluate` leaves the gate alone.
  GrantClass grant = GrantClass::None;
};

[[nodiscard]] Outcome evaluate(const Caller& caller, const Authorization& authorization,
                               const PolicySet& policies);

}  // namespace rolecall::reference
