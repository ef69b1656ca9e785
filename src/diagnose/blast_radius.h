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
  std::vector<std::string> unknowns{};  // Why there may be more, one clause per reason.
  std::vector<ShutOut> shuts_out{};
};

// Who else could make the call after the fix but not before: users and roles of the estate, of
// which at most `limit` are checked, and sets of others. `trial` is of the fix. Others are assumed
// to call with their own credentials, without session policies and session tags, under their own
// name, and with or without the tags, source identity, MFA and duration of the call.
[[nodiscard]] BlastRadius find_blast_radius(const Estate& estate, const Fix& fix,
                                            const Trial& trial, std::size_t limit);

}  // namespace rolecall
