// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/eval/evaluation.h"

namespace rolecall {

// What a neutral case says beside its policies; views live as long as the JsonDocument's sources.
struct NeutralFacts {
  std::string_view id{};
  bool has_id = false;
  std::string_view principal{};
  std::string_view principal_kind{};    // Empty when not given.
  std::string_view resource_account{};  // Empty when neither given nor part of the ARN.
  Span principal_at{};
  Span kind_at{};
  bool role_request = false;  // The resource policy is the trust policy of a role.
  bool has_resource_policy = false;
  bool has_session_policy = false;
  Caller caller{};
};

struct NeutralCase : NeutralFacts {
  Authorization authorization{};
  // Layers only: which gates apply is settled when the case is decided.
  PolicySet policies{};
  std::deque<Policy> kept{};

  // Forgets everything but the memory it stood in.
  void reset();
};

// Reads a case. What is wrong with it goes to `diagnostics`: WrongType, MissingMember and
// InvalidRequest for the case, and whatever read_policy says. `labels` keeps the policies' names.
void read_neutral_case(const JsonValue& root, bool labels, NeutralCase& result,
                       Diagnostics& diagnostics);

// Settles who asks. False, with an error, when the principal is none.
[[nodiscard]] bool read_neutral_caller(NeutralCase& result, Diagnostics& diagnostics);

// Adds to the context what follows from the request. What was given stays.
void derive_neutral_context(NeutralCase& result);

}  // namespace rolecall
