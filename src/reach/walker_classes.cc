// SPDX-License-Identifier: Apache-2.0
// Calls of sessions that are alike, which are made once for all of them.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "reach/walker.h"

namespace rolecall {

namespace {

// So many kin are ready for other calls.
constexpr std::size_t kMostAsking = 512;

// By whatever a later call may ask for.
bool is_plain(const WalkSession& session) {
  return session.role != nullptr && session.choice.tags.empty() && session.inherited.empty() &&
         session.source_identity.empty() && session.choice.session_name == kSessionName;
}

}  // namespace

Walker::Class* Walker::class_of(SessionId id) {
  if (class_of_.size() <= id) class_of_.resize(sessions_.size());
  ClassOf& known = class_of_[id];
  if (std::exchange(known.known, true)) return known.found;
  const WalkSession& session = sessions_[id];
  if (!is_plain(session)) return nullptr;
  const WalkIndex::Target& target = index_.target(session.id);
  if (!index_.session_names(target).empty()) return nullptr;
  const std::optional<RoleClass> alike = sessions_.classes().of(session.id);
  if (!alike) return nullptr;
  const auto numbered = [&](std::uint32_t number) {
    return 2 * std::uint64_t{number} + (session.federated ? 1 : 0);
  };
  Class& of = classes_[numbered(alike->id)];
  known.found = &of;
  if (of.caller) return &of;
  of.one = id;
  of.caller = resolve(id, principal(id), Account());
  const auto [kin, added_kin] = kin_.try_emplace(numbered(alike->kin));
  of.kin = &kin->second;
  if (added_kin) of.kin->context = finder_.open_context(bring_along(id), *of.caller);
  of.rights = rights_of(estate_, *of.caller);
  for (const auto& each : finder_.find_for_all(*of.caller, of.rights)) of.groups.push_back({each});
  return &of;
}

bool Walker::is_exhausted(TrustId trust, bool federated, Way way) const {
  const std::array<std::uint32_t, 2>& runs = exhausted_[2 * trust + (federated ? 1 : 0)];
  return runs[0] == run_ || runs[static_cast<std::size_t>(way)] == run_;
}

void Walker::exhaust(const TargetFinder::Group& group, bool federated, Way way) {
  if (group.roles.size() != index_.trust(group.trust).roles.size()) return;
  exhausted_[2 * group.trust + (federated ? 1 : 0)][static_cast<std::size_t>(way)] = run_;
}

void Walker::ask_for_class(Class& of, const Question& question, Steps& made) {
  std::uint32_t& followed = of.followed[static_cast<std::size_t>(question.way)];
  if (of.followed[0] == run_ || followed == run_) return;
  const bool federated = sessions_[of.one].federated;
  bool all = true;
  ++turn_;
  for (Class::Group& group : of.groups) {
    if (is_exhausted(group.targets.trust, federated, question.way)) continue;
    bool all_known = true;
    for (const RoleId role : group.targets.roles) {
      if (leads_to_known(role, federated, question.known)) continue;
      all_known = false;
      if (!question.wanted(role)) {
        all = false;
        continue;
      }
      if (group.verdict == Verdict::NotAsked) {
        group.verdict = verdict_of(of, group.targets.trust);
        if (group.verdict == Verdict::Apart) {
          of.apart.push_back(static_cast<std::size_t>(&group - of.groups.data()));
        }
      }
      if (group.verdict != Verdict::Same) break;
      if (group.targets.by_rights && !of.rights.lets(index_.target(role).role->arn)) continue;
      if (std::exchange(asked_[role], turn_) == turn_) continue;
      if (question.calls == 0) return;
      --question.calls;
      for (const WalkStep& step : steps_of(of, role)) {
        if (!question.known(step.to)) made.push_back(&step);
      }
    }
    if (all_known) exhaust(group.targets, federated, question.way);
  }
  if (all) followed = run_;
}

Walker::Asker& Walker::asker_for(Class& of, SessionId id) {
  std::optional<Asker>& asker = of.kin->asker;
  if (!asker) {
    if (asking_.size() == kMostAsking) {
      asking_.front()->asker.reset();
      asking_.pop_front();
    }
    asking_.push_back(of.kin);
    asker.emplace(asker_of(id));
    asker->of = &of;
  }
  if (asker->id == id) return *asker;
  asker->id = id;
  asker->request.principal = principal(id);
  asker->resolved = resolve(id, asker->request.principal, Account());
  const Class* const before = std::exchange(asker->of, &of);
  if (asker->calls != nullptr) {
    asker->calls->target.change_caller(before == &of ? TargetCalls::Own::Same
                                                     : TargetCalls::Own::Other);
  }
  return *asker;
}

Walker::Verdict Walker::verdict_of(Class& of, TrustId trust) {
  const Policy& policy = *index_.trust(trust).policy;
  Kin& kin = *of.kin;
  const auto [known, added] = kin.verdicts.try_emplace(&policy, Verdict::Apart);
  if (added && !sessions_.classes().reads(policy).any()) {
    known->second =
        may_let(policy, of.caller->caller, kin.context) ? Verdict::Same : Verdict::Never;
  }
  return known->second;
}

const std::vector<WalkStep>& Walker::steps_of(Class& of, RoleId role) {
  const auto [known, added] = of.steps.try_emplace(role);
  if (added) {
    const auto none = [](SessionId) { return false; };
    add_steps(asker_for(of, of.one), role, none, known->second);
  }
  return known->second;
}

bool Walker::may_let_member(Class& of, const Role& member, const Policy& trust) {
  const MemberReads& reads = sessions_.classes().reads(trust);
  if (reads.names || trust.faulty) return true;
  Kin& kin = *of.kin;
  const auto lets =
      kin.lets.try_emplace(&trust, trust, reads.conditions, of.caller->caller, kin.context).first;
  set_member(kin.context, CallerKind::RoleSession, member, reads.keys);
  return lets->second.ask(kin.context);
}

void Walker::add_apart(Class& of, Class::Group& group, const Role& member, const Question& question,
                       std::vector<RoleId>& roles) {
  const bool federated = sessions_[of.one].federated;
  const TrustId id = group.targets.trust;
  if (is_exhausted(id, federated, question.way)) return;
  std::optional<bool> may;
  bool all_known = true;
  for (const RoleId role : group.targets.roles) {
    if (leads_to_known(role, federated, question.known)) continue;
    all_known = false;
    if (!question.wanted(role)) continue;
    if (!may) may = may_let_member(of, member, *index_.trust(id).policy);
    if (!*may) return;
    if (group.targets.by_rights && !of.rights.lets(index_.target(role).role->arn)) continue;
    if (std::exchange(asked_[role], turn_) != turn_) roles.push_back(role);
  }
  if (all_known) exhaust(group.targets, federated, question.way);
}

void Walker::ask_for_member(SessionId id, Class& of, const Question& question, Steps& made) {
  const WalkSession& session = sessions_[id];
  ++turn_;
  std::vector<RoleId> roles;
  const std::vector<RoleId> named =
      sessions_.is_named(session.id) ? finder_.find_named(*session.role) : std::vector<RoleId>();
  for (const RoleId role : named) {
    asked_[role] = turn_;
    const bool asks =
        question.wanted(role) && !leads_to_known(role, session.federated, question.known);
    if (asks) roles.push_back(role);
  }
  for (const std::size_t group : of.apart) {
    add_apart(of, of.groups[group], *session.role, question, roles);
  }
  if (roles.empty()) return;
  ask(asker_for(of, id), roles, question, made);
}

}  // namespace rolecall
