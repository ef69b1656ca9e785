// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/diagnose/fix.h"

#include "diagnose/trial.h"

namespace rolecall {

// A call of others that a changed trust policy then refuses.
struct ShutOut {
  std::string call{};        // As describe_change() has it.
  bool is_of_others = true;  // Whom the policy names apart from those the caller is one of.
};

struct OutsideRadius {
  std::vector<LetIn> lets_in{};
  // Why there may be more; one clause per reason.
  std::vector<std::string> unknowns{};
  std::vector<ShutOut> shuts_out{};
};

// Who beyond the users and roles of exported accounts could make the call of `trial` after the fix
// and not before, as far as the changed documents and the trust policy say: an account, an
// organization, bearers of tokens, everyone. The caller is left out.
[[nodiscard]] OutsideRadius find_outside_radius(const Estate& estate, const Fix& fix,
                                                const Trial& trial);

}  // namespace rolecall
