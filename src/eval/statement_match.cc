// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/statement_match.h"

#include <algorithm>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/policy_variable.h"

namespace rolecall {

namespace {

// Whether a pattern with fewer than six fields and no trailing wildcard is filled up with `*`:
// identity-based policies are, others are not (E4.5, R-10 and R-11).
bool pads_short_arn(PolicyKind kind) {
  return kind == PolicyKind::Identity || kind == PolicyKind::Boundary;
}

bool match_fields(WildcardView pattern, std::string_view resource, PolicyKind kind) {
  constexpr int kFields = 6;
  std::size_t begin = 0;
  for (int field = 1; field < kFields; ++field) {
    const std::size_t end = pattern.text.find(':', begin);
    if (end == std::string_view::npos) {
      const WildcardView last = pattern.part(begin, pattern.text.size() - begin);
      if (!last.text.empty() && last.is_star(last.text.size() - 1)) {
        return wildcard_match(last, resource);
      }
      return pads_short_arn(kind) && wildcard_match(last, resource.substr(0, resource.find(':')));
    }
    const std::size_t resource_end = resource.find(':');
    if (resource_end == std::string_view::npos) return false;
    const WildcardView part = pattern.part(begin, end - begin);
    const std::string_view actual = resource.substr(0, resource_end);
    constexpr int kServiceField = 3;  // No wildcards in the service.
    if (field == kServiceField ? part.text != actual : !wildcard_match(part, actual)) return false;
    begin = end + 1;
    resource.remove_prefix(resource_end + 1);
  }
  return wildcard_match(pattern.part(begin, pattern.text.size() - begin), resource);
}

// Where the resource part of an ARN begins, after its fifth colon: only there policy variables are
// expanded (V-1). The length of the text when it has fewer colons.
std::size_t resource_part(std::string_view pattern) {
  std::size_t begin = 0;
  for (int colon = 0; colon < 5; ++colon) {
    begin = pattern.find(':', begin);
    if (begin == std::string_view::npos) return pattern.size();
    ++begin;
  }
  return begin;
}

Tri match_resource_list(const Policy& policy, const PatternList& list,
                        const Authorization& authorization) {
  if (!list.present) {
    return tri(policy.kind == PolicyKind::Trust || policy.kind == PolicyKind::Resource);
  }
  Tri any = Tri::No;
  for (const Text& pattern : list.items) {
    any = either(any, resource_matches(pattern.value, authorization.resource, authorization.context,
                                       policy));
    if (any == Tri::Yes) break;
  }
  return list.negated ? negate(any) : any;
}

StatementOutcome open_outcome(bool undocumented) {
  return undocumented ? StatementOutcome::Undocumented : StatementOutcome::Depends;
}

}  // namespace

std::string_view statement_outcome_name(StatementOutcome outcome) {
  switch (outcome) {
    case StatementOutcome::Applies:
      return "applies";
    case StatementOutcome::ActionMismatch:
      return "action-mismatch";
    case StatementOutcome::ResourceMismatch:
      return "resource-mismatch";
    case StatementOutcome::PrincipalMismatch:
      return "principal-mismatch";
    case StatementOutcome::ConditionFailed:
      return "condition-failed";
    case StatementOutcome::Depends:
      return "depends";
    case StatementOutcome::Undocumented:
      return "undocumented";
  }
  return "undocumented";
}

bool action_matches(std::string_view pattern, std::string_view action) {
  if (pattern == "*") return true;
  const std::size_t colon = pattern.find(':');
  const std::size_t action_colon = action.find(':');
  if (colon == std::string_view::npos || action_colon == std::string_view::npos) return false;
  const std::string_view prefix = pattern.substr(0, colon);
  if (prefix != "*" && !equals_ignore_case(prefix, action.substr(0, action_colon))) return false;
  return wildcard_match(pattern.substr(colon + 1), action.substr(action_colon + 1),
                        Case::Insensitive);
}

bool actions_match(const PatternList& list, std::string_view action) {
  if (!list.present) return false;
  const bool any = std::any_of(list.items.begin(), list.items.end(), [&](const Text& pattern) {
    return action_matches(pattern.value, action);
  });
  return any != list.negated;
}

Tri resource_matches(std::string_view pattern, std::string_view resource,
                     const RequestContext& context, const Policy& policy) {
  if (pattern == "*") return Tri::Yes;
  const bool is_arn = resource.find(':') != std::string_view::npos;
  const std::size_t part = resource_part(pattern);
  if (!policy.variables || !has_variable(pattern.substr(part))) {
    return tri(is_arn ? match_fields({pattern, nullptr}, resource, policy.kind)
                      : wildcard_match(pattern, resource));
  }
  WildcardPattern expanded(pattern.substr(0, part));
  const Expansion expansion = expand_variables(pattern.substr(part), context, expanded);
  if (expansion == Expansion::Unresolved) return Tri::No;
  const bool matches = is_arn ? match_fields(expanded.view(), resource, policy.kind)
                              : wildcard_match(expanded.view(), resource);
  return both(tri(matches), expansion == Expansion::Unknown ? Tri::Open : Tri::Yes);
}

StatementMatch match_statement(const Policy& policy, const Statement& statement,
                               const Caller& caller, const Authorization& authorization) {
  StatementMatch result;
  if (!actions_match(statement.action, authorization.action)) return result;
  result.outcome = StatementOutcome::ResourceMismatch;
  result.applies = match_resource_list(policy, statement.resource, authorization);
  if (result.applies == Tri::No) return result;
  bool undocumented = false;
  if (names_principals(policy.kind)) {
    const PrincipalMatch principal =
        match_principals(statement.principal, statement.effect, policy.kind, caller);
    result.outcome = StatementOutcome::PrincipalMismatch;
    result.applies = both(result.applies, principal.match);
    result.grant = principal.grant;
    undocumented = principal.undocumented;
    if (result.applies == Tri::No) return result;
  }
  for (const Condition& condition : statement.conditions) {
    const ConditionResult one =
        evaluate_condition(condition, authorization.context, policy.variables);
    result.outcome = StatementOutcome::ConditionFailed;
    result.applies = both(result.applies, one.value);
    undocumented = undocumented || one.undocumented();
    if (result.applies == Tri::No) return result;
  }
  result.outcome =
      result.applies == Tri::Yes ? StatementOutcome::Applies : open_outcome(undocumented);
  return result;
}

StatementTrace trace_statement(const Policy& policy, const Statement& statement,
                               const Caller& caller, const Authorization& authorization) {
  StatementTrace trace;
  trace.policy = &policy;
  trace.statement = &statement;
  trace.match = match_statement(policy, statement, caller, authorization);
  trace.action = actions_match(statement.action, authorization.action);
  trace.resource = match_resource_list(policy, statement.resource, authorization);
  trace.principal = {Tri::Yes, GrantClass::None, false};
  if (names_principals(policy.kind)) {
    trace.principal = match_principals(statement.principal, statement.effect, policy.kind, caller);
  }
  trace.conditions.reserve(statement.conditions.size());
  for (const Condition& condition : statement.conditions) {
    trace.conditions.push_back(
        evaluate_condition(condition, authorization.context, policy.variables));
  }
  return trace;
}

}  // namespace rolecall
