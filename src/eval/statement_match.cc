// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/statement_match.h"

#include <algorithm>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/eval/policy_variable.h"

namespace rolecall {

namespace {

// Whether `*` completes a pattern with fewer than six fields and no trailing wildcard: in
// identity-based policies it does, in others it does not (E4.5, R-10 and R-11).
bool pads_short_arn(PolicyKind kind) {
  return kind == PolicyKind::Identity || kind == PolicyKind::Boundary;
}

bool match_fields(WildcardView pattern, std::string_view resource, PolicyKind kind) {
  constexpr int kFields = 6;
  std::size_t begin = 0;
  int field = 1;
  // Skips the leading fields that are equal and have no wildcards.
  const std::size_t shorter = std::min(pattern.text.size(), resource.size());
  for (std::size_t i = 0; i < shorter && field < kFields; ++i) {
    const char c = pattern.text[i];
    if (c != resource[i] || c == '*' || c == '?') break;
    if (c != ':') continue;
    begin = i + 1;
    ++field;
  }
  resource.remove_prefix(begin);
  for (; field < kFields; ++field) {
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

// Where the resource part of an ARN begins, after its fifth colon; the length of the text when it
// has fewer colons. Policy variables are expanded only in this part (V-1).
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
  const auto match = [&](WildcardView view) {
    return is_arn ? match_fields(view, resource, policy.kind) : wildcard_match(view, resource);
  };
  if (!policy.variables || !has_variable(pattern)) return tri(match({pattern, nullptr}));
  const std::size_t part = resource_part(pattern);
  WildcardPattern expanded(pattern.substr(0, part));
  const Expansion expansion = expand_variables(pattern.substr(part), context, expanded);
  if (expansion == Expansion::Unresolved) return Tri::No;
  return both(tri(match(expanded.view())), expansion == Expansion::Unknown ? Tri::Open : Tri::Yes);
}

namespace {

// Evaluates the elements until one does not match, or all of them into `trace` when it is given.
StatementMatch match_elements(const Policy& policy, const Statement& statement,
                              const Caller& caller, const Authorization& authorization,
                              StatementTrace* trace) {
  StatementMatch result;
  if (!actions_match(statement.action, authorization.action)) return result;
  result.outcome = StatementOutcome::ResourceMismatch;
  result.applies = match_resource_list(policy, statement.resource, authorization);
  if (trace != nullptr) trace->resource = result.applies;
  if (result.applies == Tri::No) return result;
  bool undocumented = false;
  if (names_principals(policy.kind)) {
    const PrincipalMatch principal =
        match_principals(statement.principal, statement.effect, policy.kind, caller);
    if (trace != nullptr) trace->principal = principal;
    result.outcome = StatementOutcome::PrincipalMismatch;
    result.applies = both(result.applies, principal.match);
    result.grant = principal.grant;
    undocumented = principal.undocumented;
    if (result.applies == Tri::No) return result;
  }
  for (const Condition& condition : statement.conditions) {
    const ConditionResult one =
        evaluate_condition(condition, authorization.context, policy.variables);
    if (trace != nullptr) trace->conditions.push_back(one);
    result.outcome = StatementOutcome::ConditionFailed;
    result.applies = both(result.applies, one.value);
    undocumented = undocumented || one.undocumented();
    if (result.applies == Tri::No) return result;
  }
  result.outcome =
      result.applies == Tri::Yes ? StatementOutcome::Applies : open_outcome(undocumented);
  return result;
}

}  // namespace

StatementMatch match_statement(const Policy& policy, const Statement& statement,
                               const Caller& caller, const Authorization& authorization) {
  return match_elements(policy, statement, caller, authorization, nullptr);
}

StatementTrace trace_statement(const Policy& policy, const Statement& statement,
                               const Caller& caller, const Authorization& authorization) {
  StatementTrace trace;
  trace.policy = &policy;
  trace.statement = &statement;
  trace.principal = {Tri::Yes, GrantClass::None, false};
  trace.conditions.reserve(statement.conditions.size());
  trace.match = match_elements(policy, statement, caller, authorization, &trace);
  // Evaluates the elements after the first mismatch for the trace.
  const StatementOutcome outcome = trace.match.outcome;
  trace.action = outcome != StatementOutcome::ActionMismatch;
  if (!trace.action) {
    trace.resource = match_resource_list(policy, statement.resource, authorization);
  }
  const bool resource_ended = !trace.action || outcome == StatementOutcome::ResourceMismatch;
  if (resource_ended && names_principals(policy.kind)) {
    trace.principal = match_principals(statement.principal, statement.effect, policy.kind, caller);
  }
  for (std::size_t i = trace.conditions.size(); i < statement.conditions.size(); ++i) {
    trace.conditions.push_back(
        evaluate_condition(statement.conditions[i], authorization.context, policy.variables));
  }
  return trace;
}

}  // namespace rolecall
