// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rolecall/reach/walk.h"
#include "rolecall/trust/assume_request.h"

#include "reach/call_solver.h"
#include "reach/walk_index.h"

// Walks are searched over sessions: a role with what its session brings along. A session is made by
// one concrete choice of session name, tags and source identity; what else a call can choose stays
// open. So whatever a later call asks of the session is settled, and a walk that is found can be
// walked, unless one of its conditions cannot be met by itself.

namespace rolecall {

using SessionId = std::uint32_t;
inline constexpr SessionId kStart = 0;

// A role with what its session brings along. The start has no role.
struct WalkSession {
  const Role* role = nullptr;
  CallChoice choice{};                  // Of the call that made it.
  std::vector<NamedValue> inherited{};  // Transitive tags of calls before that.
  std::string source_identity{};        // Chosen, or inherited.
  bool federated = false;               // Claims of a token may still be known of it.
};

struct WalkStep {
  SessionId to = kStart;
  Hop hop{};
};

// Makes the calls of walks. Borrows everything.
class Walker {
 public:
  Walker(const Estate& estate, const WalkIndex& index, const WalkStart& start,
         const WalkLimits& limits, ResidualTable& table)
      : estate_(estate),
        index_(index),
        start_(start),
        limits_(limits),
        table_(table),
        solver_(table) {
    sessions_.emplace_back();
  }

  // Calls that a session can make, each to another session. Worked out when first asked for.
  [[nodiscard]] const std::vector<WalkStep>& steps(SessionId id);
  // Those of them that do not lead to a session that `known` tells of, as far as that can be told
  // beforehand. They last as long as the walker.
  using Known = std::function<bool(SessionId)>;
  [[nodiscard]] const std::vector<WalkStep>& new_steps(SessionId id, const Known& known);

  // Whether there are more sessions than are looked at.
  [[nodiscard]] bool full() const { return full_; }

  // Whether there were calls that can pass tags: not all tags can be tried.
  [[nodiscard]] bool tags_tried() const { return tags_tried_; }

  // The call of a session to a role, as somebody would ask for it.
  AssumeRequest request(SessionId id, const Role& to, const Account& account) const;

 private:
  RequestPrincipal principal(SessionId id) const;

  // The principal of a session and whom the estate knows by it.
  std::pair<RequestPrincipal, ResolvedCaller> resolve(SessionId id, std::string_view to) const;

  void add_steps(SessionId from, const WalkIndex::Target& target, std::vector<WalkStep>& made);

  // ---- What a call can pass --------------------------------------------------------------------

  std::vector<CallChoice> choices(SessionId from, const WalkIndex::Target& target,
                                  const OpenCall& call, const SolvedCall& solved);

  // Whether tags and source identity come with the token, or from the service.
  static bool is_given(const OpenCall& call);

  static bool has_transitive(const WalkSession& session);

  // Names that some policy asks for, in this call or of the session that it makes.
  std::vector<std::string> session_names(const WalkIndex::Target& target, const OpenCall& call,
                                         const SolvedCall& solved) const;

  // No tags, what this call asks for, and what later calls may ask for.
  std::vector<CallChoice> tag_choices(const SolvedCall& solved);

  void add_request_tag(ResidualId id, std::vector<NamedValue>& tags) const;

  static std::vector<NamedValue> one_value_each(const std::vector<NamedValue>& tags);

  // When the call is allowed with this choice, from this very session.
  ResidualId chosen(SessionId from, const CallChoice& choice, const OpenCall& call,
                    const SolvedCall& solved);

  static void set_choice(const CallChoice& choice, const OpenCall& call, RequestContext& context);

  // `chosen`: tags that are not passed are absent.
  ResidualId settle_part(ResidualId id, RequestContext& context, bool chosen, bool without_claims);

  // ---- The session that a call makes -----------------------------------------------------------

  std::string key_of(const WalkSession& session) const;

  SessionId arrive(SessionId from, const WalkIndex::Target& target, const OpenCall& call,
                   const CallChoice& choice);

  const Estate& estate_;
  const WalkIndex& index_;
  const WalkStart& start_;
  const WalkLimits& limits_;
  ResidualTable& table_;
  CallSolver solver_;
  std::deque<WalkSession> sessions_;
  std::unordered_map<std::string, SessionId> ids_;
  std::unordered_map<SessionId, std::vector<WalkStep>> steps_;
  std::deque<std::vector<WalkStep>> new_steps_;
  bool full_ = false;
  bool tags_tried_ = false;
};

// The same as find_reach of walk.h, with an index of the estate that was made before.
[[nodiscard]] ReachAnswer find_reach(const Estate& estate, const WalkIndex& index,
                                     const WalkStart& start, const WalkLimits& limits);

}  // namespace rolecall
