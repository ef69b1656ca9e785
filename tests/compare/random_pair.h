// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "rolecall/eval/statement_match.h"
#include "rolecall/iam/policy.h"

#include "support/random_case.h"

// Two versions of a policy, and requests that may tell them apart.
namespace rolecall::random {

struct PolicyPair {
  CasePolicy before{};
  CasePolicy after{};
};
// Role trust policies as people write them, with operators that fit their keys.
[[nodiscard]] PolicyPair make_trust_pair(std::uint64_t seed);
// Policies of the odd alphabets of random cases.
[[nodiscard]] PolicyPair make_odd_pair(std::uint64_t seed, PolicyKind kind);

struct Request {
  Caller caller{};
  Authorization authorization{};
};
// A request docs/policy-comparison.md speaks of: everything is known, values have the type of their
// key, and the principal keys are those of the caller.
[[nodiscard]] Request make_trust_request(std::uint64_t seed);
[[nodiscard]] Request make_odd_request(std::uint64_t seed, PolicyKind kind);

}  // namespace rolecall::random
