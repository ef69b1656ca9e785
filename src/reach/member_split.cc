// SPDX-License-Identifier: Apache-2.0
#include "reach/member_split.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "reach/principal_index.h"

namespace rolecall {

Authorization& MemberContexts::at(std::size_t kind) {
  std::optional<Authorization>& made = made_[kind];
  if (!made) made = call_.parts[kind];
  return *made;
}

MemberSplit::MemberSplit(ResidualTable& table, MemberContexts& contexts, const OpenCall& call,
                         const SolvedCall& solved)
    : table_(table), contexts_(contexts), call_(call), solved_(solved) {
  for (std::size_t i = 0; i < kSubActions; ++i) {
    for (const ResidualId id : table.open_parts(solved.exact[i])) {
      if (!tells_members_apart(table.node(id))) continue;
      parts_[i].push_back(id);
      keys_.add(table.node(id));
    }
  }
}

// Prefetches members that come soon: they are scattered over memory.
void MemberSplit::fetch(const std::vector<const IamEntity*>& members, std::size_t at) const {
  constexpr std::size_t kEntity = 16;
  constexpr std::size_t kText = 8;
  constexpr std::size_t kLine = 64;
  if (!keys_.arn) return;
  if (at + kEntity < members.size()) __builtin_prefetch(&members[at + kEntity]->arn);
  if (at + kText >= members.size()) return;
  const std::string_view arn = members[at + kText]->arn;
  __builtin_prefetch(arn.data());
  __builtin_prefetch(arn.data() + std::min(arn.size(), kLine));
}

// Neighbors in the list often have equal values, so the last group is tried first.
std::map<MemberSplit::Values, std::vector<const IamEntity*>> MemberSplit::group(
    const std::vector<const IamEntity*>& members) {
  std::map<Values, std::vector<const IamEntity*>> groups;
  auto last = groups.end();
  for (std::size_t i = 0; i < members.size(); ++i) {
    fetch(members, i);
    const Values& values = values_of(*members[i]);
    if (last == groups.end() || last->first != values) last = groups.try_emplace(values).first;
    last->second.push_back(members[i]);
  }
  return groups;
}

std::vector<MemberGroup> MemberSplit::split(const std::vector<const IamEntity*>& members) {
  std::vector<MemberGroup> found;
  for (auto& [values, alike] : group(members)) {
    const MemberOutcome& outcome = outcome_of(values);
    if (outcome.condition != kNever) found.push_back({&outcome, std::move(alike)});
  }
  return found;
}

const MemberPartitions::Groups& MemberPartitions::get(const std::string& key,
                                                      const std::function<Groups()>& make) {
  Shard& shard = shards_[std::hash<std::string>()(key) % shards_.size()];
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.groups.find(key);
    if (found != shard.groups.end()) return *found->second;
  }
  auto made = std::make_unique<const Groups>(make());
  const std::lock_guard lock(shard.mutex);
  return *shard.groups.try_emplace(key, std::move(made)).first->second;
}

// Empty when the result must not be kept, because parts depend on more than the member, or is not
// worth keeping, because the condition is in a trust policy.
std::string MemberSplit::partition_key(const PrincipalClass& of) const {
  std::string key;
  const auto add = [&](const void* address) {
    key.append(reinterpret_cast<const char*>(&address), sizeof address);
  };
  add(&of);
  for (const std::vector<ResidualId>& parts : parts_) {
    for (const ResidualId id : parts) {
      const ResidualNode& part = table_.node(id);
      if (part.kind != ResidualKind::Condition || part.variables ||
          part.policy->kind == PolicyKind::Trust) {
        return {};
      }
      add(part.condition);
    }
    key += '/';
  }
  return key;
}

// Empty where AWS does not document what a condition does: no MemberPartitions::Value says so.
MemberPartitions::Groups MemberSplit::partition(const PrincipalClass& of) {
  MemberPartitions::Groups made;
  for (auto& [values, members] : group(of.members)) {
    MemberPartitions::Group& group = made.emplace_back();
    group.members = std::move(members);
    for (const ResidualId value : values) {
      if (table_.node(value).kind == ResidualKind::Unknown) return {};
      group.values.push_back(value == kNever    ? MemberPartitions::Value::Never
                             : value == kAlways ? MemberPartitions::Value::Always
                                                : MemberPartitions::Value::Open);
    }
  }
  return made;
}

MemberSplit::Values MemberSplit::from_partition(
    const std::vector<MemberPartitions::Value>& values) const {
  Values found;
  for (const std::vector<ResidualId>& parts : parts_) {
    for (const ResidualId id : parts) {
      const MemberPartitions::Value value = values[found.size()];
      found.push_back(value == MemberPartitions::Value::Never    ? kNever
                      : value == MemberPartitions::Value::Always ? kAlways
                                                                 : id);
    }
  }
  return found;
}

std::vector<MemberGroup> MemberSplit::split(const PrincipalClass& of,
                                            MemberPartitions& partitions) {
  const std::string key = partition_key(of);
  if (key.empty()) return split(of.members);
  const MemberPartitions::Groups& groups = partitions.get(key, [&] { return partition(of); });
  if (groups.empty()) return split(of.members);
  std::vector<MemberGroup> found;
  for (const auto& [values, members] : groups) {
    const MemberOutcome& outcome = outcome_of(from_partition(values));
    if (outcome.condition != kNever) found.push_back({&outcome, members});
  }
  return found;
}

const MemberSplit::Values& MemberSplit::values_of(const IamEntity& member) {
  values_.clear();
  for (std::size_t i = 0; i < kSubActions; ++i) {
    if (parts_[i].empty()) continue;
    Authorization& authorization = contexts_.at(i);
    set_member(authorization.context, call_.resolved.caller.kind, member, keys_);
    for (const ResidualId part : parts_[i]) values_.push_back(value_of(part, authorization));
  }
  return values_;
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
