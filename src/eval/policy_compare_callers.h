// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rolecall/eval/caller.h"
#include "rolecall/eval/policy_compare.h"
#include "rolecall/iam/policy.h"

#include "eval/policy_compare_values.h"

namespace rolecall::compare {

// A caller, and the context keys that follow from who it is.
struct CallerSample {
  Caller caller{};
  RequestContext context{};
};

// `aws:PrincipalArn` and `aws:PrincipalAccount`: their values follow from the caller.
[[nodiscard]] bool follows_from_caller(std::string_view key);

// Everything in the documents that can tell callers apart.
struct CallerDistinctions {
  PolicyKind kind{};
  std::vector<const PrincipalElement*> elements{};
  std::vector<ConditionRef> conditions{};  // On keys that follow from the caller.
  bool boundary = false;                   // A NotPrincipal element asks for it.
};

struct CallerSamples {
  std::vector<CallerSample> samples{};
  bool complete = true;
};
// One caller for every way in which they can be told apart.
[[nodiscard]] CallerSamples caller_samples(const CallerDistinctions& distinctions,
                                           const ComparisonLimits& limits);

}  // namespace rolecall::compare
