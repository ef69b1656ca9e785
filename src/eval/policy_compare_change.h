// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "rolecall/eval/policy_compare.h"

#include "eval/policy_compare_space.h"

namespace rolecall::compare {

// Some request that satisfies the literals. REQUIRES: their status is Sure.
[[nodiscard]] ComparisonWitness make_witness(const Space& space,
                                             const std::vector<Literal>& literals);

// The set of requests that satisfy the literals, described as briefly as possible.
[[nodiscard]] Change make_change(const Space& space, const std::vector<Literal>& literals);

// Joins changes that differ only in one list of values.
void merge_changes(std::vector<Change>& changes);

}  // namespace rolecall::compare
