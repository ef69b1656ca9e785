// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/eval/evaluation.h"

namespace rolecall {

// The members of a neutral case besides its policies. Views live as long as the SourceTable.
struct NeutralFacts {
  std::string_view id{};
  bool has_id = false;
  std::string_view principal{};
  std::string_view principal_kind{};    // Empty when not given.
  std::string_view resource_account{};  // Empty when it is neither given nor in the resource's ARN.
  Span principal_at{};
  Span kind_at{};
  bool role_request = false;  // The resource policy is the trust policy of a role.
  bool has_resource_policy = false;
  bool has_session_policy = false;
  Caller caller{};
};

struct NeutralCase : NeutralFacts {
  Authorization authorization{};
  PolicySet policies{};       // Layers only; which gates apply is found when the case is decided.
  std::deque<Policy> kept{};  // The policies that `policies` points to.

  // Empties the case and keeps its memory for the next one.
  void reset();
};

// Reads a case. Faults go to `diagnostics`: WrongType, MissingMember and InvalidRequest for the
// case, and those of read_policy. `labels`: keep the names of policies.
void read_neutral_case(const JsonValue& root, bool labels, NeutralCase& result,
                       Diagnostics& diagnostics);

// Sets `caller` from the principal and its kind. False, with an error, when there is no such
// principal.
[[nodiscard]] bool read_neutral_caller(NeutralCase& result, Diagnostics& diagnostics);

// Adds the context keys that follow from the request. Keys that were given stay.
void derive_neutral_context(NeutralCase& result);

}  // namespace rolecall
