// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "rolecall/diagnose/fix.h"

#include "diagnose/outside_radius.h"
#include "diagnose/trial.h"

namespace rolecall {

struct BlastRadius {
  std::vector<LetIn> lets_in{};
  std::vector<std::string> unknowns{};  // Why there may be more; one clause per reason.
  std::vector<ShutOut> shuts_out{};
};

// Who could make the call of `trial`, which is of the fix, after the fix and not before: users and
// roles of the estate, of which at most `limit` are looked at, and sets of others. Others make the
// call with credentials of their own, without session policies and session tags, and under their
// own name; they need not pass tags, a source identity, MFA or the duration, which may be refused
// them.
[[nodiscard]] BlastRadius find_blast_radius(const Estate& estate, const Fix& fix,
                                            const Trial& trial, std::size_t limit);

}  // namespace rolecall
