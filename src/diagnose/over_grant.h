// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/iam/policy.h"

namespace rolecall {

// What the new version of a document allows that no fix needs: a wildcard principal, a whole
// account, tokens that match a pattern, `Resource: *`, a condition that is gone or that an absent
// claim satisfies. One clause each, for a warning.
[[nodiscard]] std::vector<std::string> find_over_grants(const Policy& before, const Policy& after);

}  // namespace rolecall
