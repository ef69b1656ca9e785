// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/report/lint_report.h"

namespace rolecall::cli {

// Checks every policy of the estate that its owner can change. Skips AWS-managed policies, versions
// other than the default, and trust policies of service-linked and Identity Center roles. Those
// diagnostics of `read`, from loading the estate, that are about a policy become its findings; the
// others go to `others`. Equal documents of one kind are checked once.
[[nodiscard]] std::vector<LintedPolicy> lint_estate(const Estate& estate, const Diagnostics& read,
                                                    Diagnostics& others);

}  // namespace rolecall::cli
