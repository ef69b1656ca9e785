// SPDX-License-Identifier: Apache-2.0
// Calls of sessions that have a class.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "reach/walker.h"

namespace rolecall {

namespace {

// The most families that keep their asker with its opened calls.
constexpr std::size_t kMostKeptFamilies = 512;

// Whether the session is a role session that carries nothing a later call can depend on.
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
  of.representative = id;
  of.caller = resolve(id, principal(id), Account());
  const auto [family, added_family] = families_.try_emplace(numbered(alike->family));
  of.family = &family->second;
  if (added_family) of.family->context = finder_.open_context(request_without_role(id), *of.caller);
  of.rights = rights_of(estate_, *of.caller);
  for (const auto& each : finder_.find_for_all(*of.caller, of.rights)) of.groups.push_back({each});
  return &of;
}

bool Walker::is_exhausted(TrustId trust, bool federated, Certainty certainty) const {
  const std::array<std::uint32_t, 2>& runs = exhausted_[2 * trust + (federated ? 1 : 0)];
  return runs[0] == run_ || runs[static_cast<std::size_t>(certainty)] == run_;
}

void Walker::mark_exhausted(const TargetFinder::Group& group, bool federated, Certainty certainty) {
  if (group.roles.size() != index_.trust(group.trust).roles.size()) return;
  exhausted_[2 * group.trust + (federated ? 1 : 0)][static_cast<std::size_t>(certainty)] = run_;
}

void Walker::ask_for_class(Class& of, const Question& question, Steps& made) {
  std::uint32_t& followed = of.followed[static_cast<std::size_t>(question.certainty)];
  if (of.followed[0] == run_ || followed == run_) return;
  const bool federated = sessions_[of.representative].federated;
  bool all = true;
  ++turn_;
  for (Class::Group& group : of.groups) {
    if (is_exhausted(group.targets.trust, federated, question.certainty)) continue;
    bool all_known = true;
    for (const RoleId role : group.targets.roles) {
      if (leads_to_known(role, federated, question.known)) continue;
      all_known = false;
      if (!question.wanted(role)) {
        all = false;
        continue;
      }
      if (group.admission == Admission::NotAsked) {
        group.admission = admission_of(of, group.targets.trust);
        if (group.admission == Admission::PerMember) {
          of.per_member.push_back(static_cast<std::size_t>(&group - of.groups.data()));
        }
      }
      if (group.admission != Admission::All) break;
      if (group.targets.by_rights && !of.rights.lets(index_.target(role).role->arn)) continue;
      if (std::exchange(asked_[role], turn_) == turn_) continue;
      if (question.calls == 0) return;
      --question.calls;
      for (const WalkStep& step : steps_of(of, role)) {
        if (!question.known(step.to)) made.push_back(&step);
      }
    }
    if (all_known) mark_exhausted(group.targets, federated, question.certainty);
  }
  if (all) followed = run_;
}

Walker::Asker& Walker::asker_for(Class& of, SessionId id) {
  std::optional<Asker>& asker = of.family->asker;
  if (!asker) {
    if (kept_families_.size() == kMostKeptFamilies) {
      kept_families_.front()->asker.reset();
      kept_families_.pop_front();
    }
    kept_families_.push_back(of.family);
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

Walker::Admission Walker::admission_of(Class& of, TrustId trust) {
  const Policy& policy = *index_.trust(trust).policy;
  Family& family = *of.family;
  const auto [known, added] = family.admissions.try_emplace(&policy, Admission::PerMember);
  if (added && !sessions_.classes().reads(policy).distinguishes()) {
    known->second =
        may_let(policy, of.caller->caller, family.context) ? Admission::All : Admission::None;
  }
  return known->second;
}

const std::vector<WalkStep>& Walker::steps_of(Class& of, RoleId role) {
  const auto [known, added] = of.steps.try_emplace(role);
  if (added) {
    const auto none = [](SessionId) { return false; };
    add_steps(asker_for(of, of.representative), role, none, known->second);
  }
  return known->second;
}

bool Walker::may_let_member(Class& of, const Role& member, const Policy& trust) {
  const MemberReads& reads = sessions_.classes().reads(trust);
  if (reads.names_members || trust.faulty) return true;
  Family& family = *of.family;
  const auto lets =
      family.may_let.try_emplace(&trust, trust, reads.conditions, of.caller->caller, family.context)
          .first;
  set_member(family.context, CallerKind::RoleSession, member, reads.keys);
  return lets->second.ask(family.context);
}

void Walker::add_per_member(Class& of, Class::Group& group, const Role& member,
                            const Question& question, std::vector<RoleId>& roles) {
  const bool federated = sessions_[of.representative].federated;
  const TrustId id = group.targets.trust;
  if (is_exhausted(id, federated, question.certainty)) return;
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
  if (all_known) mark_exhausted(group.targets, federated, question.certainty);
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
  for (const std::size_t group : of.per_member) {
    add_per_member(of, of.groups[group], *session.role, question, roles);
  }
  if (roles.empty()) return;
  ask(asker_for(of, id), roles, question, made);
}

}  // namespace rolecall
