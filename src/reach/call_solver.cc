// SPDX-License-Identifier: Apache-2.0
#include "reach/call_solver.h"

#include <algorithm>

#include "rolecall/base/text.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

namespace {

// Keys of the sub-action's parameter, and of what the caller's session can have only if the call
// passes it on.
bool goes_with(SubActionKind kind, std::string_view key) {
  return is_parameter_of(kind, key) || (kind == SubActionKind::SetSourceIdentity &&
                                        equals_ignore_case(key, "aws:SourceIdentity"));
}

}  // namespace

bool CallGates::is_trusted_with(SubActionKind kind) const {
  const GateInput& trust = call_.policies.at(Gate::Trust);
  if (trust.state != GateState::Evaluate) return true;
  const ActionSet action = kAssumeBits[static_cast<std::size_t>(kind)];
  const std::vector<PolicyRef>& policies = trust.layers[0].policies;
  return std::any_of(policies.begin(), policies.end(), [&](const PolicyRef& ref) {
    if (ref.policy == nullptr || ref.policy->faulty) return true;
    const auto& statements = ref.policy->statements;
    return std::any_of(statements.begin(), statements.end(), [&](const Statement& each) {
      return each.effect == Effect::Allow && is_about(each, action);
    });
  });
}

template <typename Decide>
SolvedCall CallGates::solve_with(const Decide& decide) {
  SolvedCall solved;
  if (call_.refused) return solved;
  for (std::size_t i = 0; i < kSubActions; ++i) {
    if (!gates_[i]) {
      const auto kind = static_cast<SubActionKind>(i);
      if (i > 0 && !is_trusted_with(kind)) continue;
      if (i > 0) opener_.open_part(kind, call_);
      gates_[i].emplace(table_, call_.resolved.caller, call_.parts[i], call_.policies);
    }
    GateResidual& gates = *gates_[i];
    solved.exact[i] = decide(gates);
    if (call_.resolved.role != nullptr) {
      solved.role_tags.insert(gates.principal_tags().begin(), gates.principal_tags().end());
    }
    if (i == 0) {
      solved.grants = gates.take_grants();
      solved.exact[0] = table_.all(solved.exact[0], preconditions());
      if (solved.exact[0] == kNever) break;
    }
  }
  return solved;
}

SolvedCall CallGates::solve() {
  return solve_with([](GateResidual& gates) { return gates.allowed(); });
}

SolvedCall CallGates::solve(const GateInput& identity, const GateInput& boundary) {
  return solve_with([&](GateResidual& gates) { return gates.allowed(identity, boundary); });
}

SolvedCall CallGates::solve_for_trust() {
  for (std::optional<GateResidual>& each : gates_) {
    if (each) each->forget_trust();
  }
  return solve();
}

void CallGates::forget_own_policies() {
  for (std::optional<GateResidual>& each : gates_) {
    if (each) each->forget_own_policies();
  }
}

ResidualId CallGates::preconditions() {
  std::vector<ResidualId> parts;
  for (const std::string& why : call_.unknowns) parts.push_back(table_.unknown(why));
  if (call_.provider != nullptr && call_.unknowns.empty()) {
    const auto& audiences = call_.provider->client_ids;
    parts.push_back(audiences.empty()
                        ? kNever
                        : table_.one_of(call_.resolved.caller.issuer + ":aud", audiences));
  }
  return table_.all(parts);
}

ResidualId CallSolver::without(ResidualId id, const std::array<bool, kSubActions>& passed) {
  return table_.settle(id, [&](ResidualId part_id) {
    const ResidualNode& part = table_.node(part_id);
    if (part.kind != ResidualKind::Condition) return part_id;
    for (std::size_t i = 1; i < kSubActions; ++i) {
      if (passed[i] || !goes_with(static_cast<SubActionKind>(i), part.condition->key.value)) {
        continue;
      }
      const auto absent =
          settle_condition(table_, *part.condition, RequestContext(), part.variables);
      return absent ? *absent : part_id;
    }
    return part_id;
  });
}

ResidualId CallSolver::some_call(const ExactResiduals& exact,
                                 const std::array<bool, kSubActions>& mandatory) {
  std::array<bool, kSubActions> optional{};
  for (const ResidualId id : table_.open_parts(exact[0])) {
    const ResidualNode& part = table_.node(id);
    for (std::size_t i = 1; i < kSubActions && part.kind == ResidualKind::Condition; ++i) {
      const auto kind = static_cast<SubActionKind>(i);
      if (!mandatory[i] && goes_with(kind, part.condition->key.value)) optional[i] = true;
    }
  }
  std::vector<ResidualId> ways;
  for (unsigned set = 0; set < (1U << kSubActions); set += 2) {
    std::array<bool, kSubActions> passed = mandatory;
    bool possible = true;
    for (std::size_t i = 1; i < kSubActions; ++i) {
      const bool chosen = ((set >> i) & 1U) != 0;
      possible = possible && (!chosen || optional[i]);
      passed[i] = passed[i] || chosen;
    }
    if (!possible) continue;
    std::vector<ResidualId> parts = {without(exact[0], passed)};
    for (std::size_t i = 1; i < kSubActions; ++i) {
      if (passed[i]) parts.push_back(without(exact[i], passed));
    }
    ways.push_back(table_.all(parts));
  }
  return table_.any(ways);
}

}  // namespace rolecall
