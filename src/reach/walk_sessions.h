// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/walk.h"

#include "reach/role_classes.h"
#include "reach/walk_index.h"
#include "reach/walk_needs.h"
#include "reach/walk_session.h"

namespace rolecall {

// The sessions of a search. Sessions of a role are one when they differ only in what no later call
// can depend on, so that they can make the same calls. Borrows everything.
class WalkSessions {
 public:
  using RoleId = WalkIndex::RoleId;

  WalkSessions(const Estate& estate, const WalkIndex& index, const WalkLimits& limits)
      : index_(index),
        limits_(limits),
        needs_(estate, index),
        distinctions_(index.size()),
        classes_(estate, index) {}

  [[nodiscard]] const WalkSession& operator[](SessionId id) const { return sessions_[id]; }
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

  // Borrows the start.
  [[nodiscard]] SessionId add_start(const WalkStart& start);
  // The place of the session that can make the same calls as this one: kStart when there is none
  // yet; the caller sets it after add_session. Valid until the next call.
  [[nodiscard]] SessionId& slot_for(const WalkSession& session);
  // kStart: WalkLimits::max_sessions was met.
  [[nodiscard]] SessionId add_session(WalkSession session);
  // Whether add_session ever returned kStart.
  [[nodiscard]] bool is_full() const { return full_; }

  // Values that a call to a role can pass because policies compare them in later calls.
  struct Passing {
    std::vector<NamedValue> direct_tags{};  // Compared in calls of the session itself.
    std::vector<NamedValue> later_tags{};   // Compared in calls of sessions that inherit them.
    std::set<std::string> identities{};     // Source identities.
  };
  [[nodiscard]] const Passing& passing_to(RoleId role);
  // Whether some trust policy names the role.
  [[nodiscard]] bool is_named(RoleId role) { return distinctions_of(role).named; }
  // The session of the role, if there is one already and a caller that passes nothing on can make
  // no other; else kStart.
  [[nodiscard]] SessionId only_session(RoleId role, bool federated) const;

  [[nodiscard]] RoleClasses& classes() { return classes_; }

 private:
  // What can distinguish the sessions of a role in later calls.
  struct Distinctions {
    bool known = false;       // The others are worked out.
    bool by_name = false;     // The session name.
    bool by_user_id = false;  // The session name, in conditions on aws:userid.
    bool by_passed = false;   // Tags or a source identity.
    bool named = false;       // is_named.
    // By WalkSession::federated: the session with an empty key, once it is made.
    std::array<SessionId, 2> plain{kStart, kStart};
  };
  Distinctions& distinctions_of(RoleId role);
  // WalkNeeds::asks_name, worked out once for a RoleClass.
  [[nodiscard]] bool asks_name(RoleId role);
  // Equal for sessions of a role that can make the same calls. Empty: nothing distinguishes it.
  [[nodiscard]] std::string key_of(const WalkSession& session);

  const WalkIndex& index_;
  const WalkLimits& limits_;
  WalkNeeds needs_;
  std::deque<WalkSession> sessions_;
  std::vector<Distinctions> distinctions_;       // By role.
  std::unordered_map<RoleId, Passing> passing_;  // Where by_passed.
  RoleClasses classes_;
  std::vector<std::optional<bool>> asks_name_;      // By RoleClass.
  std::unordered_map<std::string, SessionId> ids_;  // By key, if not empty.
  std::size_t made_ = 0;                            // Sessions that are no start.
  bool full_ = false;
};

}  // namespace rolecall
