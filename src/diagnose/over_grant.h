// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/iam/policy.h"

namespace rolecall {

// What the new version of a document opens that no repair needs, as people are wont to do: a
// wildcard principal, a whole account, tokens by a pattern, `Resource: *`, a condition that is gone
// or that a missing claim meets. One clause each, for a warning; empty when there is nothing.
[[nodiscard]] std::vector<std::string> find_over_grants(const Policy& before, const Policy& after);

}  // namespace rolecall
