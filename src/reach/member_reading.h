// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"

#include "reach/open_call.h"

namespace rolecall {

// By what a policy can distinguish sessions, as callers, of roles of one account to which the same
// documents apply.
struct MemberReads {
  bool names_members = false;  // It names some, or all but some.
  bool has_variables = false;  // Policy variables stand for their names, ids or tags.
  // Some condition compares those with what other policy variables stand for.
  bool compares_variables = false;
  MemberKeys keys{};                           // Of conditions, and of their variables.
  std::vector<const Condition*> conditions{};  // Those with `keys`.

  [[nodiscard]] bool distinguishes() const {
    return names_members || has_variables || !conditions.empty();
  }
};

// Reads each policy once. Borrows the policies.
class MemberReading {
 public:
  [[nodiscard]] const MemberReads& of(const Policy& policy);

 private:
  std::unordered_map<const Policy*, MemberReads> known_;
};

}  // namespace rolecall
