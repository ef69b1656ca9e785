// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/diagnose/fix.h"

#include "diagnose/trial.h"

namespace rolecall {

// A set of requests that a changed trust policy newly refuses.
struct ShutOut {
  std::string call{};        // The set, from describe_change().
  bool is_of_others = true;  // It has callers of other accounts and providers than the caller's.
};

struct OutsideRadius {
  std::vector<LetIn> lets_in{};
  // Why there may be more, one clause per reason.
  std::vector<std::string> unknowns{};
  std::vector<ShutOut> shuts_out{};
};

// Who else, beyond the users and roles of exported accounts, could make the call after the fix but
// not before: an account, an organization, bearers of tokens, everyone. Judged by the changed
// documents and the trust policy alone. `trial` is of the fix.
[[nodiscard]] OutsideRadius find_outside_radius(const Estate& estate, const Fix& fix,
                                                const Trial& trial);

}  // namespace rolecall
