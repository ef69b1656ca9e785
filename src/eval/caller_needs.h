// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/eval/caller.h"

namespace rolecall {

// Which of the caller's own policies must allow the call too, given how the trust policy names the
// caller (docs/evaluation.md E6.2, table T1).
struct CallerNeeds {
  bool identity = true;  // Identity-based policies.
  bool limits = true;    // Permissions boundary and session policies.
};

[[nodiscard]] constexpr CallerNeeds caller_needs(GrantClass grant, bool cross_account) {
  if (cross_account) return {};
  return {grant == GrantClass::Account, grant == GrantClass::Account || grant == GrantClass::Role};
}

}  // namespace rolecall
