// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "rolecall/eval/policy_compare.h"

#include "eval/policy_compare_space.h"

namespace rolecall::compare {

// A request that satisfies the literals. REQUIRES: their status is Sure.
[[nodiscard]] ComparisonWitness make_witness(const Space& space,
                                             const std::vector<Literal>& literals);

// The requests that satisfy the literals, said as shortly as can be.
[[nodiscard]] Change make_change(const Space& space, const std::vector<Literal>& literals);

// Changes that differ in one list of names only become one.
void merge_changes(std::vector<Change>& changes);

}  // namespace rolecall::compare
