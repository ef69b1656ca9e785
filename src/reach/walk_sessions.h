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

// The sessions of walks. Those of a role that can go on in the same ways are one: what no later
// call asks for tells them not apart. Borrows everything.
class WalkSessions {
 public:
  using RoleId = WalkIndex::RoleId;

  WalkSessions(const Estate& estate, const WalkIndex& index, const WalkLimits& limits)
      : index_(index),
        limits_(limits),
        needs_(estate, index),
        tellings_(index.size()),
        classes_(estate, index) {}

  [[nodiscard]] const WalkSession& operator[](SessionId id) const { return sessions_[id]; }
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

  // Borrows it.
  [[nodiscard]] SessionId add_start(const WalkStart& start);
  // The one that goes on in the same ways as this; kStart when there is none, and to be set once it
  // is kept. Until the next call.
  [[nodiscard]] SessionId& known_as(const WalkSession& session);
  // kStart: there are too many.
  [[nodiscard]] SessionId keep(WalkSession session);
  // Whether no more are kept.
  [[nodiscard]] bool is_full() const { return full_; }

  // What later calls ask for that a call to a role can pass.
  struct Passing {
    std::vector<NamedValue> direct_tags{};  // For calls of the session itself.
    std::vector<NamedValue> later_tags{};   // For those of sessions that inherit.
    std::set<std::string> identities{};
  };
  [[nodiscard]] const Passing& passing_to(RoleId role);
  // Whether some trust policy names the role.
  [[nodiscard]] bool is_named(RoleId role) { return telling_of(role).named; }
  // The only session that somebody who brings nothing along can make of the role, once it is known;
  // else kStart.
  [[nodiscard]] SessionId only(RoleId role, bool federated) const;

  [[nodiscard]] RoleClasses& classes() { return classes_; }

 private:
  // What tells the sessions of a role apart.
  struct Telling {
    bool known = false;
    bool names = false;    // Of sessions.
    bool user_id = false;  // The same by aws:userid, which ends in them.
    bool passing = false;  // Tags or a source identity that somebody asks for.
    bool named = false;    // Some trust policy names the role.
    // The session that brings nothing along, also behind a token, once it is known.
    std::array<SessionId, 2> plain{kStart, kStart};
  };
  Telling& telling_of(RoleId role);
  // Whether some policy asks for the user id, but for trust policies that name the role.
  [[nodiscard]] bool asks_name(RoleId role);
  // Equal for sessions that can go on in the same ways. Empty: it brings nothing along.
  [[nodiscard]] std::string key_of(const WalkSession& session);

  const WalkIndex& index_;
  const WalkLimits& limits_;
  WalkNeeds needs_;
  std::deque<WalkSession> sessions_;
  std::vector<Telling> tellings_;                // By role.
  std::unordered_map<RoleId, Passing> passing_;  // To those that take what somebody asks for.
  RoleClasses classes_;
  std::vector<std::optional<bool>> asks_name_;      // By RoleClass.
  std::unordered_map<std::string, SessionId> ids_;  // Of sessions that bring something along.
  std::size_t kept_ = 0;                            // Those that are no start.
  bool full_ = false;
};

}  // namespace rolecall
