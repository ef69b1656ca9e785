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

// A caller with the context keys that follow from it.
struct CallerSample {
  Caller caller{};
  RequestContext context{};
};

// Whether the value of a key follows from the caller: aws:PrincipalArn and aws:PrincipalAccount.
[[nodiscard]] bool follows_from_caller(std::string_view key);

// Everything in the documents on which the outcome for a caller can depend.
struct CallerDistinctions {
  PolicyKind kind{};
  std::vector<const PrincipalElement*> elements{};
  std::vector<ConditionRef> conditions{};  // On keys that follow from the caller.
  bool boundary = false;  // Whether the caller has a permissions boundary, as for NotPrincipal.
};

struct CallerSamples {
  std::vector<CallerSample> samples{};
  bool complete = true;  // Every other caller is treated like one of the samples.
};
// One caller for each way in which the documents can treat callers.
[[nodiscard]] CallerSamples caller_samples(const CallerDistinctions& distinctions,
                                           const ComparisonLimits& limits);

}  // namespace rolecall::compare
