// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "rolecall/diagnose/fix.h"

#include "diagnose/trial.h"

namespace rolecall {

struct BlastRadius {
  std::vector<LetIn> lets_in{};
  bool complete = true;  // False when not every user and role of the estate was looked at.
};

// Who of the estate would make the call of `trial`, which is of the fix, with success after the fix
// and not before. At most `limit` principals are looked at.
[[nodiscard]] BlastRadius find_blast_radius(const Estate& estate, const Fix& fix,
                                            const Trial& trial, std::size_t limit);

}  // namespace rolecall
