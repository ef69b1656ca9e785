// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/report/lint_report.h"

namespace rolecall::cli {

// Checks every policy of the estate that its owner can change: AWS-managed policies, versions that
// are not the default, and trust policies of service-linked and Identity Center roles are passed
// over. What `read` says about the inside of a policy becomes a finding of it; the rest of `read`
// goes to `others`. Equal documents of one kind are checked once.
[[nodiscard]] std::vector<LintedPolicy> lint_estate(const Estate& estate, const Diagnostics& read,
                                                    Diagnostics& others);

}  // namespace rolecall::cli
