// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/walk.h"

#include "reach/walk_index.h"

// Walks are searched over sessions: a role with what its session brings along. A session is made by
// one concrete choice of session name, tags and source identity; what else a call can choose stays
// open. So whatever a later call asks of the session is settled, and a walk that is found can be
// walked, unless one of its conditions cannot be met by itself.

namespace rolecall {

using SessionId = std::uint32_t;
inline constexpr SessionId kStart = 0;
inline constexpr std::string_view kSessionName = "rolecall";  // For any.

// A role with what its session brings along. The start has no role.
struct WalkSession {
  const WalkStart* start = nullptr;  // Of a start.
  const Role* role = nullptr;
  WalkIndex::RoleId id = 0;             // Of the role.
  CallChoice choice{};                  // Of the call that made it.
  std::vector<NamedValue> inherited{};  // Transitive tags of calls before that.
  std::string source_identity{};        // Chosen, or inherited.
  bool federated = false;               // Claims of a token may still be known of it.
};

struct WalkStep {
  SessionId to = kStart;
  WalkIndex::RoleId role = 0;
  Hop hop{};
};

}  // namespace rolecall
