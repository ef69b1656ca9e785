// SPDX-License-Identifier: Apache-2.0
#include "reach/member_split.h"

#include <utility>

namespace rolecall {

MemberSplit::MemberSplit(ResidualTable& table, const CallOpener& opener, const OpenCall& call,
                         const SolvedCall& solved)
    : table_(table), call_(call), solved_(solved) {
  for (std::size_t i = 0; i < kSubActions; ++i) {
    for (const ResidualId id : table.open_parts(solved.exact[i])) {
      if (tells_members_apart(table.node(id))) parts_[i].push_back(id);
    }
    if (parts_[i].empty()) continue;
    authorizations_[i] = opener.make_part(static_cast<SubActionKind>(i), call, Opening::Nothing);
  }
}

std::vector<MemberGroup> MemberSplit::split(const std::vector<const IamEntity*>& members) {
  std::map<Values, MemberGroup> groups;
  for (const IamEntity* const member : members) {
    groups[values_of(*member)].members.push_back(member);
  }
  std::vector<MemberGroup> found;
  for (auto& [values, group] : groups) {
    group.outcome = &outcome_of(values);
    if (group.outcome->condition != kNever) found.push_back(std::move(group));
  }
  return found;
}

MemberSplit::Values MemberSplit::values_of(const IamEntity& member) {
  Values values;
  for (std::size_t i = 0; i < kSubActions; ++i) {
    if (parts_[i].empty()) continue;
    set_member(authorizations_[i].context, call_.resolved.caller.kind, member);
    for (const ResidualId part : parts_[i]) {
      values.push_back(value_of(part, authorizations_[i]));
    }
  }
  return values;
}

ResidualId MemberSplit::value_of(ResidualId id, const Authorization& authorization) {
  const ResidualNode& part = table_.node(id);
  if (part.kind == ResidualKind::Condition) {
    const auto known =
        settle_condition(table_, *part.condition, authorization.context, part.variables);
    return known ? *known : id;
  }
  const Tri value = ResidualTable::evaluate_part(part, call_.resolved.caller, authorization);
  return value == Tri::Open ? id : value == Tri::Yes ? kAlways : kNever;
}

const MemberOutcome& MemberSplit::outcome_of(const Values& values) {
  const auto [found, added] = outcomes_.try_emplace(values);
  MemberOutcome& outcome = found->second;
  if (!added) return outcome;
  std::size_t next = 0;
  for (std::size_t i = 0; i < kSubActions; ++i) {
    std::map<ResidualId, ResidualId> known;
    for (const ResidualId id : parts_[i]) known[id] = values[next++];
    outcome.exact[i] = table_.settle(solved_.exact[i], [&](ResidualId part) {
      const auto settled = known.find(part);
      return settled == known.end() ? part : settled->second;
    });
  }
  if (outcome.exact[0] != kNever) {
    outcome.condition = CallSolver(table_).some_call(outcome.exact, call_.mandatory);
  }
  return outcome;
}

}  // namespace rolecall
