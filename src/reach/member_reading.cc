// SPDX-License-Identifier: Apache-2.0
#include "reach/member_reading.h"

#include <algorithm>

#include "rolecall/base/text.h"
#include "rolecall/eval/policy_variable.h"

#include "reach/class_keys.h"
#include "reach/gate_residual.h"

namespace rolecall {

namespace {

// aws:username is not among them: role sessions do not have it.
bool is_member_key(std::string_view key) {
  return starts_with_ignore_case(key, kPrincipalTags) ||
         equals_ignore_case(key, "aws:PrincipalArn") || equals_ignore_case(key, "aws:userid");
}

bool has_member_variable(std::string_view text) {
  bool found = false;
  for_each_variable(text, [&](std::string_view key) { found = found || is_member_key(key); });
  return found;
}

bool names_members(const PrincipalList& list) {
  return list.negated || std::any_of(list.items.begin(), list.items.end(), [](const auto& each) {
           return each.form == PrincipalForm::User || each.form == PrincipalForm::Role ||
                  each.form == PrincipalForm::Session || each.form == PrincipalForm::UniqueId;
         });
}

void read_condition(const Policy& policy, const Condition& condition, MemberReads& reads) {
  const bool varies = policy.variables &&
                      std::any_of(condition.values.begin(), condition.values.end(),
                                  [](const Text& each) { return has_member_variable(each.value); });
  reads.has_variables = reads.has_variables || varies;
  if (!varies && !is_member_key(condition.key.value)) return;
  reads.compares_variables =
      reads.compares_variables ||
      (policy.variables && std::any_of(condition.values.begin(), condition.values.end(),
                                       [](const Text& each) { return has_variable(each.value); }));
  reads.conditions.push_back(&condition);
  reads.keys.add({.kind = ResidualKind::Condition,
                  .policy = &policy,
                  .condition = &condition,
                  .variables = varies});
}

}  // namespace

const MemberReads& MemberReading::of(const Policy& policy) {
  const auto [known, added] = known_.try_emplace(&policy);
  MemberReads& reads = known->second;
  if (!added) return reads;
  for (const Statement& statement : policy.statements) {
    if (policy.kind != PolicyKind::Trust && !bears_on_assuming(statement)) continue;
    reads.names_members = reads.names_members || names_members(statement.principal);
    for (const Text& each : statement.resource.items) {
      reads.has_variables =
          reads.has_variables || (policy.variables && has_member_variable(each.value));
    }
    for (const Condition& each : statement.conditions) read_condition(policy, each, reads);
  }
  return reads;
}

}  // namespace rolecall
