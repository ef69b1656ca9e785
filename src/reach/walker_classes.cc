// SPDX-License-Identifier: Apache-2.0
// Calls of sessions that are alike, which are made once for all of them.
#include <algorithm>
#include <string>
#include <utility>

#include "reach/walker.h"

namespace rolecall {

namespace {

// So many classes are ready for other calls: those who ask are often of one account.
constexpr std::size_t kMostAsking = 32;

// By whatever a later call may ask for.
bool is_plain(const WalkSession& session) {
  return session.role != nullptr && session.choice.tags.empty() && session.inherited.empty() &&
         session.source_identity.empty() && session.choice.session_name == kSessionName;
}

}  // namespace

Walker::Class* Walker::class_of(SessionId id) {
  const auto [known, added] = class_of_.try_emplace(id, nullptr);
  if (!added) return known->second;
  const WalkSession& session = sessions_[id];
  if (!is_plain(session)) return nullptr;
  const WalkIndex::Target& target = index_.target(session.id);
  if (!index_.session_names(target).empty()) return nullptr;
  const std::string* const key = role_classes_.key_of(*session.role, *target.account);
  if (key == nullptr) return nullptr;
  Class& of = classes_[(session.federated ? '!' : ' ') + *key];
  known->second = &of;
  if (of.caller) return &of;
  of.one = id;
  of.caller = resolve(id, principal(id), Account());
  of.rights = rights_of(estate_, *of.caller);
  for (const auto& each : finder_.find_for_all(*of.caller, of.rights)) of.groups.push_back({each});
  return &of;
}

void Walker::ask_for_class(Class& of, const Question& question, Steps& made) {
  std::uint32_t& followed = of.followed[static_cast<std::size_t>(question.way)];
  if (of.followed[0] == run_ || followed == run_) return;
  const bool federated = sessions_[of.one].federated;
  bool all = true;
  ++turn_;
  for (Class::Group& group : of.groups) {
    for (const RoleId role : group.targets.roles) {
      if (!question.wanted(role)) {
        all = false;
        continue;
      }
      if (leads_to_known(role, federated, question.known)) continue;
      if (group.verdict == Verdict::NotAsked) {
        group.verdict = verdict_of(of, group.targets.trust);
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
  }
  if (all) followed = run_;
}

Walker::Asker& Walker::asker_for(Class& of) {
  if (of.asker) return *of.asker;
  if (asking_.size() == kMostAsking) {
    asking_.front()->asker.reset();
    asking_.pop_front();
  }
  asking_.push_back(&of);
  return of.asker.emplace(asker_of(of.one));
}

Walker::Kin& Walker::kin_of(Class& of) {
  if (of.kin != nullptr) return *of.kin;
  const WalkSession& session = sessions_[of.one];
  const auto [known, added] = kin_.try_emplace(
      {index_.target(session.id).account, session.federated, session.role->has_tags});
  if (added) known->second.context = finder_.open_context(bring_along(of.one), *of.caller);
  of.kin = &known->second;
  return *of.kin;
}

Walker::Verdict Walker::verdict_of(Class& of, TrustId trust) {
  const Policy& policy = *index_.trust(trust).policy;
  Kin& kin = kin_of(of);
  const auto [known, added] = kin.verdicts.try_emplace(&policy, Verdict::Apart);
  if (added && !role_classes_.reads(policy).any()) {
    known->second =
        may_let(policy, of.caller->caller, kin.context) ? Verdict::Same : Verdict::Never;
  }
  return known->second;
}

const std::vector<WalkStep>& Walker::steps_of(Class& of, RoleId role) {
  const auto [known, added] = of.steps.try_emplace(role);
  if (added) {
    const auto none = [](SessionId) { return false; };
    add_steps(asker_for(of), role, none, known->second);
  }
  return known->second;
}

bool Walker::may_let_member(Class& of, const Role& member, const Policy& trust) {
  const MemberReads& reads = role_classes_.reads(trust);
  if (reads.names || trust.faulty) return true;
  RequestContext& context = kin_of(of).context;
  set_member(context, CallerKind::RoleSession, member, reads.keys);
  return may_let(trust, of.caller->caller, context);
}

void Walker::add_apart(Class& of, Class::Group& group, const Role& member, const Question& question,
                       std::vector<RoleId>& roles) {
  std::uint32_t& known = group.known[static_cast<std::size_t>(question.way)];
  if (group.verdict != Verdict::Apart || group.known[0] == run_ || known == run_) return;
  const bool federated = sessions_[of.one].federated;
  const Policy& trust = *index_.trust(group.targets.trust).policy;
  std::optional<bool> may;
  bool all_known = true;
  for (const RoleId role : group.targets.roles) {
    if (leads_to_known(role, federated, question.known)) continue;
    all_known = false;
    if (!question.wanted(role)) continue;
    if (!may) may = may_let_member(of, member, trust);
    if (!*may) return;
    if (group.targets.by_rights && !of.rights.lets(index_.target(role).role->arn)) continue;
    if (std::exchange(asked_[role], turn_) != turn_) roles.push_back(role);
  }
  if (all_known) known = run_;
}

void Walker::ask_for_member(SessionId id, Class& of, const Question& question, Steps& made) {
  const WalkSession& session = sessions_[id];
  ++turn_;
  std::vector<RoleId> roles;
  for (const RoleId role : finder_.find_named(*session.role)) {
    asked_[role] = turn_;
    const bool asks =
        question.wanted(role) && !leads_to_known(role, session.federated, question.known);
    if (asks) roles.push_back(role);
  }
  for (Class::Group& group : of.groups) add_apart(of, group, *session.role, question, roles);
  if (roles.empty()) return;
  Asker& asker = asker_for(of);
  if (asker.id != id) {
    asker.id = id;
    asker.request.principal = principal(id);
    asker.resolved = resolve(id, asker.request.principal, Account());
    if (asker.calls != nullptr) asker.calls->target.change_caller();
  }
  ask(asker, roles, question, made);
}

}  // namespace rolecall
