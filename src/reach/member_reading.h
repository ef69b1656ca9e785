// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"

#include "reach/open_call.h"

namespace rolecall {

// By what a policy tells the roles of an account apart that have the same policies, when their
// sessions ask.
struct MemberReads {
  bool names = false;   // It names some, or all but some.
  bool varies = false;  // Policy variables stand for their names, ids or tags.
  // Some condition compares those with what other policy variables stand for.
  bool compares = false;
  MemberKeys keys{};                           // Of conditions, and of their variables.
  std::vector<const Condition*> conditions{};  // On those.

  [[nodiscard]] bool any() const { return names || varies || !conditions.empty(); }
};

// Reads each policy once. Borrows them.
class MemberReading {
 public:
  [[nodiscard]] const MemberReads& of(const Policy& policy);

 private:
  std::unordered_map<const Policy*, MemberReads> known_;
};

}  // namespace rolecall
