// SPDX-License-Identifier: Apache-2.0
#include "diagnose/nearest_statement.h"

#include <algorithm>

#include "rolecall/base/text.h"

#include "diagnose/principal_cause.h"

namespace rolecall {

namespace {

// Weights of differences: another kind of principal is farther away than another action, and so on.
constexpr int kKindWeight = 1000;
constexpr int kActionWeight = 300;
constexpr int kResourceWeight = 100;
constexpr int kConditionWeight = 20;
constexpr int kOpenWeight = 2;

// Whether the statement has an action of the same service; others tell nothing about the call.
bool lists_service(const Statement& statement, std::string_view action) {
  const std::string_view service = action.substr(0, action.find(':'));
  return std::any_of(
      statement.action.items.begin(), statement.action.items.end(), [&](const Text& each) {
        return each.value == "*" || (starts_with_ignore_case(each.value, service) &&
                                     each.value.substr(service.size()).starts_with(':'));
      });
}

int distance_of(const NearestStatement& near, const Caller& caller,
                const Authorization& authorization, std::string_view role_arn) {
  const StatementTrace& trace = near.entry.statement;
  int distance = 0;
  if (near.kind_differs) distance += kKindWeight;
  if (near.action_differs) {
    distance += kActionWeight;
    if (!lists_service(*trace.statement, authorization.action)) distance += kKindWeight;
  }
  if (near.resource_differs) distance += kResourceWeight;
  if (near.principal_differs && !near.kind_differs) {
    distance +=
        explain_principal_miss(*trace.statement, caller, authorization.action, role_arn).distance;
  }
  for (const ConditionResult& condition : trace.conditions) {
    if (condition.value == Tri::No) distance += kConditionWeight;
    if (condition.value == Tri::Open) distance += kOpenWeight;
  }
  return distance;
}

}  // namespace

std::optional<NearestStatement> find_nearest_allow(const Caller& caller,
                                                   const Authorization& authorization,
                                                   const GateInput& gate,
                                                   std::optional<std::uint32_t> level,
                                                   std::string_view role_arn) {
  std::optional<NearestStatement> best;
  int best_distance = 0;
  GateTrace trace = trace_gate(caller, authorization, gate);
  for (GateTrace::Entry& entry : trace.statements) {
    const Statement& statement = *entry.statement.statement;
    if (statement.effect != Effect::Allow || (level && entry.layer != *level)) continue;
    NearestStatement near;
    near.action_differs = !entry.statement.action;
    near.resource_differs = entry.statement.resource == Tri::No;
    near.principal_differs = entry.statement.principal.match == Tri::No;
    near.kind_differs = near.principal_differs && !names_kind(statement.principal, kind_of(caller));
    near.entry = std::move(entry);
    const int distance = distance_of(near, caller, authorization, role_arn);
    if (!best || distance < best_distance) {
      best = std::move(near);
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace rolecall
