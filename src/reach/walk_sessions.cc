// SPDX-License-Identifier: Apache-2.0
#include "reach/walk_sessions.h"

#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

SessionId WalkSessions::add_start(const WalkStart& start) {
  sessions_.push_back({.start = &start});
  return static_cast<SessionId>(sessions_.size() - 1);
}

SessionId WalkSessions::only_session(RoleId role, bool federated) const {
  const Distinctions& distinctions = distinctions_[role];
  return distinctions.by_name || distinctions.by_passed ? kStart
                                                        : distinctions.plain[federated ? 1 : 0];
}

bool WalkSessions::asks_name(RoleId role) {
  const std::optional<RoleClass> of = classes_.of(role);
  if (!of) return needs_.asks_name(role);
  if (asks_name_.size() <= of->id) asks_name_.resize(of->id + 1);
  std::optional<bool>& known = asks_name_[of->id];
  if (!known) known = needs_.asks_name(role);
  return *known;
}

WalkSessions::Distinctions& WalkSessions::distinctions_of(RoleId role) {
  Distinctions& distinctions = distinctions_[role];
  if (std::exchange(distinctions.known, true)) return distinctions;
  const WalkIndex::Target& target = index_.target(role);
  const std::vector<WalkIndex::TrustId> named = needs_.named(target);
  distinctions.named = !named.empty();
  distinctions.by_user_id = needs_.ask_name(named) || asks_name(role);
  distinctions.by_name = distinctions.by_user_id || !index_.session_names(target).empty();
  const WalkIndex::Trust& trust = index_.trust(target.trust);
  if (!trust.takes_tags() && !trust.takes_identity()) return distinctions;
  const SessionNeeds& needs = needs_.of(role);
  distinctions.by_passed = needs.everything || needs.direct.identity || needs.later.identity ||
                           !needs.direct.tags.empty() || !needs.later.tags.empty();
  return distinctions;
}

const WalkSessions::Passing& WalkSessions::passing_to(RoleId role) {
  static const Passing nothing;
  if (!distinctions_of(role).by_passed) return nothing;
  const auto [known, added] = passing_.try_emplace(role);
  Passing& passing = known->second;
  if (!added) return passing;
  const auto add = [&](const SessionAsks& asks, std::vector<NamedValue>& tags) {
    for (const auto& [key, asked] : asks.tags) {
      for (std::string& value : needs_.values(key, asked)) tags.emplace_back(key, std::move(value));
    }
    passing.identities.insert(asks.identities.begin(), asks.identities.end());
  };
  const SessionNeeds& needs = needs_.of(role);
  add(needs.direct, passing.direct_tags);
  add(needs.later, passing.later_tags);
  return passing;
}

// Leaves out tags and source identities that no condition uses, but not that there are some: later
// calls need to be allowed to pass them on.
std::string WalkSessions::key_of(const WalkSession& session) {
  std::string key;
  const std::string& name = session.choice.session_name;
  const auto& names = index_.session_names(index_.target(session.id));
  if (name != kSessionName && (names.count(name) != 0 || distinctions_of(session.id).by_user_id)) {
    key = "@" + name;
  }
  const bool tagged = !session.choice.tags.empty() || !session.inherited.empty();
  if (!tagged && session.source_identity.empty()) return key;
  const SessionNeeds& needs = needs_.of(session.id);
  const auto matters = [&](const NamedValue& tag, bool transitive) {
    return needs.everything || needs.direct.tags.count(tag.first) != 0 ||
           (transitive && needs.later.tags.count(tag.first) != 0);
  };
  std::set<NamedValue> asked;
  const auto add = [&](const std::vector<NamedValue>& tags, bool transitive) {
    for (const NamedValue& tag : tags) {
      if (!matters(tag, transitive)) continue;
      asked.emplace((transitive ? "+" : "-") + ascii_lower(tag.first), tag.second);
    }
    if (transitive && !tags.empty()) asked.emplace("+", "");
  };
  add(session.choice.tags, session.choice.transitive);
  add(session.inherited, true);
  for (const NamedValue& each : asked) key += '\x1e' + each.first + '\x1f' + each.second;
  if (session.source_identity.empty()) return key;
  const bool identity = needs.everything || needs.direct.identity || needs.later.identity;
  return key + '\x1d' + (identity ? session.source_identity : "");
}

SessionId& WalkSessions::slot_for(const WalkSession& session) {
  const std::string key = key_of(session);
  if (key.empty()) return distinctions_of(session.id).plain[session.federated ? 1 : 0];
  return ids_[fmt::format("{}{}{}", session.id, session.federated ? '!' : ' ', key)];
}

SessionId WalkSessions::add_session(WalkSession session) {
  if (made_ >= limits_.max_sessions) {
    full_ = true;
    return kStart;
  }
  ++made_;
  sessions_.push_back(std::move(session));
  return static_cast<SessionId>(sessions_.size() - 1);
}

}  // namespace rolecall
