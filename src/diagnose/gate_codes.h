// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rolecall/eval/caller.h"
#include "rolecall/eval/gate.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

// The cause codes of a gate where nothing allows, by the element of the nearest statement that
// differs.
struct AllowCodes {
  Gate gate{};
  std::string_view none{};
  std::string_view resource{};
  std::string_view action{};
  std::string_view condition{};
  std::string_view tag_session{};
  std::string_view source_identity{};
};

// REQUIRES: the gate is Identity, Boundary, Session, Scp or Vpce.
[[nodiscard]] const AllowCodes& allow_codes(Gate gate);

// The cause code of an explicit deny, by the keys of the statement's conditions.
[[nodiscard]] std::string_view deny_code(Gate gate, const Statement& statement,
                                         const Caller& caller);

}  // namespace rolecall
