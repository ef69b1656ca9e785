// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/walk.h"

#include "reach/walk_index.h"

// The nodes and edges of the graph that is searched for walks. A node is a role session, made with
// one concrete choice of session name, tags and source identity; what else a call can choose stays
// open. So what later calls require of the session is decided, and a walk that is found is possible
// whenever each of its conditions can be met by itself.

namespace rolecall {

using SessionId = std::uint32_t;
inline constexpr SessionId kStart = 0;  // The first start. No call leads to it: also "no session".
inline constexpr std::string_view kSessionName = "rolecall";  // Where the name does not matter.

// A start of a walk, or a role session.
struct WalkSession {
  const WalkStart* start = nullptr;     // Null for role sessions.
  const Role* role = nullptr;           // Null for starts.
  WalkIndex::RoleId id = 0;             // That of `role`.
  CallChoice choice{};                  // Of the call that created it.
  std::vector<NamedValue> inherited{};  // Transitive tags from calls before that.
  std::string source_identity{};        // Chosen, or inherited.
  bool federated = false;               // The walk began with a token or an assertion.
};

// One call, to another session.
struct WalkStep {
  SessionId to = kStart;
  WalkIndex::RoleId role = 0;
  Hop hop{};
};

}  // namespace rolecall
