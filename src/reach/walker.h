// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rolecall/reach/walk.h"
#include "rolecall/trust/assume_request.h"

#include "reach/call_solver.h"
#include "reach/target_calls.h"
#include "reach/target_finder.h"
#include "reach/walk_index.h"
#include "reach/walk_needs.h"

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

// Makes the calls of walks. Sessions that can go on in the same ways are one: what no later call
// asks for tells them not apart. Borrows everything.
class Walker {
 public:
  Walker(const Estate& estate, const WalkIndex& index, const WalkStart& start,
         const WalkLimits& limits, ResidualTable& table)
      : estate_(estate),
        index_(index),
        limits_(limits),
        table_(table),
        solver_(table),
        needs_(estate, index),
        finder_(estate, index),
        tellings_(index.size()) {
    (void)add_start(start);
  }

  // Another start, beside the first one, which is kStart. Borrows it.
  [[nodiscard]] SessionId add_start(const WalkStart& start);

  // Calls that a session can make, each to another session, which last as long as the walker: those
  // to roles that are `wanted`...
  using Wanted = std::function<bool(WalkIndex::RoleId)>;
  [[nodiscard]] const std::vector<WalkStep>& steps_to(SessionId id, const Wanted& wanted);
  // ...and of those the ones that do not lead to a session that `known` tells of. At most `calls`
  // are looked at, and taken off.
  using Known = std::function<bool(SessionId)>;
  [[nodiscard]] const std::vector<WalkStep>& new_steps(SessionId id, const Known& known,
                                                       const Wanted& wanted, std::size_t& calls);

  // Whether no more sessions are made.
  [[nodiscard]] bool is_full() const { return full_; }
  // Says what was left out.
  void add_gaps(std::vector<WhoGap>& gaps) const;

  // The call of a session to a role, as somebody would ask for it.
  AssumeRequest request(SessionId id, const Role& to, const Account& account) const;

 private:
  using RoleId = WalkIndex::RoleId;
  using Skip = TargetFinder::Skip;

  // What tells the sessions of a role apart, and what is tried for that.
  struct Telling {
    bool names = false;  // Of sessions.
    bool takes = false;  // It takes tags or a source identity that somebody asks for.
    std::vector<NamedValue> direct_tags{};  // To pass for calls of the session itself.
    std::vector<NamedValue> later_tags{};   // To pass for those of sessions that inherit.
    std::set<std::string> identities{};
    // The session that brings nothing along, also behind a token, once it is known.
    std::array<SessionId, 2> plain{kStart, kStart};
  };

  // The calls of a caller, and what they say of the role that was aimed at last, and of others with
  // the same answer.
  struct Calls {
    TargetCalls target;
    std::size_t answer = 0;  // Of which the rest is.
    // When such a call that passes nothing is allowed, if nothing else is there to pass: whatever
    // the role, and whether that holds for this one.
    std::optional<ResidualId> plain{};
    bool plain_only = false;
  };
  // The session that calls. Not moved once its calls are made.
  struct Asker {
    SessionId id = kStart;
    ResolvedCaller resolved{};
    AssumeRequest request{};  // Without a role.
    bool brings = false;      // Transitive tags or a source identity.
    bool federated = false;   // So are the sessions that it makes.
    std::unique_ptr<Calls> calls{};
  };

  RequestPrincipal principal(SessionId id) const;
  // Whom the estate knows by the principal of a session.
  ResolvedCaller resolve(SessionId id, const RequestPrincipal& asked, const Account& to) const;
  AssumeRequest bring_along(SessionId id) const;
  Asker asker_of(SessionId id) const;

  std::vector<WalkStep> make_steps(Asker& asker, const Known& known, const Skip& skip,
                                   std::size_t& calls);
  void add_steps(Asker& asker, RoleId role, const Known& known, std::vector<WalkStep>& made);
  const Calls& aim(Asker& asker, RoleId role);

  // ---- What a call can pass --------------------------------------------------------------------

  // Whether nothing can be passed but a name that nobody asks for, whatever the role.
  bool is_plain_only(const OpenCall& call, const SolvedCall& solved) const;
  static CallChoice plain_choice() { return {.session_name = std::string(kSessionName)}; }
  std::vector<CallChoice> choices(const Asker& asker, RoleId role, const Calls& calls);

  // Whether tags and source identity come with the token, or from the service.
  static bool is_given(const OpenCall& call);

  // Names that some policy asks for, in this call or of the session that it makes.
  std::vector<std::string> session_names(const OpenCall& call, const SolvedCall& solved) const;

  // None, those that this call asks for, and those that later calls ask for.
  std::vector<std::string> identity_choices(const Telling& telling, const SolvedCall& solved) const;
  std::vector<CallChoice> tag_choices(RoleId role, const SolvedCall& solved);

  // Tags that the call itself asks for, by one of its open parts.
  void add_asked_tags(ResidualId id, std::vector<NamedValue>& tags) const;
  // Whether it hangs on which of its tags are transitive.
  bool asks_transitive(const SolvedCall& solved) const;

  static std::vector<NamedValue> one_value_each(const std::vector<NamedValue>& tags);

  // When the call is allowed with this choice, from this very session.
  ResidualId chosen(SessionId from, const CallChoice& choice, const Calls& calls);

  static void set_choice(const CallChoice& choice, const OpenCall& call, RequestContext& context);

  // `chosen`: tags that are not passed are absent.
  ResidualId settle_part(ResidualId id, RequestContext& context, bool chosen, bool without_claims);

  // ---- The session that a call makes -----------------------------------------------------------

  Telling& telling_of(RoleId role);
  WalkSession arrive(const Asker& asker, RoleId role, const CallChoice& choice) const;
  // Equal for sessions that can go on in the same ways. Empty: it brings nothing along.
  std::string key_of(const WalkSession& session);
  SessionId& known_as(const WalkSession& session);
  SessionId keep(WalkSession session);

  const Estate& estate_;
  const WalkIndex& index_;
  const WalkLimits& limits_;
  ResidualTable& table_;
  CallSolver solver_;
  WalkNeeds needs_;
  TargetFinder finder_;
  std::deque<WalkSession> sessions_;
  std::vector<std::unique_ptr<Telling>> tellings_;  // Of the roles that are reached.
  RoleReading reading_;
  std::unordered_map<std::string, SessionId> ids_;  // Of sessions that bring something along.
  std::deque<std::vector<WalkStep>> steps_;
  std::size_t kept_ = 0;      // Sessions that are no start.
  bool full_ = false;         // There are more sessions than are looked at.
  bool tags_tried_ = false;   // There were calls that can pass tags: not all tags can be tried.
  bool choices_cut_ = false;  // A call had more choices than are tried.
};

}  // namespace rolecall
