// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/eval/caller.h"

namespace rolecall {

// Which of the caller's own policies must allow, beside a trust policy that names the caller so
// (docs/evaluation.md E6.2, table T1).
struct CallerNeeds {
  bool identity = true;
  bool limits = true;  // Permissions boundary and session policy.
};

[[nodiscard]] constexpr CallerNeeds caller_needs(GrantClass grant, bool cross_account) {
  if (cross_account) return {};
  return {grant == GrantClass::Account, grant == GrantClass::Account || grant == GrantClass::Role};
}

}  // namespace rolecall
