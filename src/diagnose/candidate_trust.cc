// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"

#include "diagnose/candidate.h"
#include "diagnose/condition_cause.h"
#include "diagnose/principal_cause.h"
#include "estate/provider_lists.h"
#include "eval/reserved_path.h"

// Generators that change whom a trust policy admits, and for what.
namespace rolecall {

namespace {

const Policy* trust_policy(const Finding& finding) {
  const GateInput& gate = finding.decision.policies.at(Gate::Trust);
  return gate.layers.empty() ? nullptr : gate.layers[0].policies[0].policy;
}

std::string role_words(const Finding& finding) {
  const auto arn = IamArn::parse(finding.request.role);
  return fmt::format("the trust policy of role {}", arn ? arn->name : finding.request.role);
}

std::string principal_words(const PrincipalName& name) {
  return name.pattern ? fmt::format("`{}`", name.pattern->values.back())
                      : fmt::format("`{}`", name.value);
}

const PrincipalElement* nearest_element(const Finding& finding) {
  if (finding.statement == nullptr || finding.cause.expected.empty()) return nullptr;
  for (const PrincipalElement& each : finding.statement->principal.items) {
    if (each.value.value == finding.cause.expected[0]) return &each;
  }
  return nullptr;
}

bool is_gone(const Finding& finding, const PrincipalElement& element) {
  const Account* account = finding.estate.find_account(element.account);
  if (account == nullptr || !account->exported) return false;
  if (element.form == PrincipalForm::Role) {
    return account->has_roles && finding.estate.find_role(element.value.value) == nullptr;
  }
  return element.form == PrincipalForm::User && account->has_users &&
         finding.estate.find_user(element.value.value) == nullptr;
}

// Whether the role can never be assumed through this provider.
bool is_unusable_provider(const Finding& finding, const PrincipalElement& element) {
  if (element.form != PrincipalForm::OidcProvider && element.form != PrincipalForm::SamlProvider) {
    return false;
  }
  if (element.account != finding.decision.role_account) return true;
  const Account* account = finding.estate.find_account(element.account);
  const bool listed = account != nullptr && (element.form == PrincipalForm::OidcProvider
                                                 ? lists_oidc_providers(finding.estate, *account)
                                                 : lists_saml_providers(finding.estate, *account));
  if (!listed) return false;
  const auto same = [&](const auto& each) { return same_provider(each.arn, element.value.value); };
  const auto& oidc = finding.estate.oidc_providers;
  const auto& saml = finding.estate.saml_providers;
  return std::none_of(oidc.begin(), oidc.end(), same) &&
         std::none_of(saml.begin(), saml.end(), same);
}

// A role of this name cannot be where the value says.
bool lacks_path(const Caller& caller, const PrincipalElement& element) {
  return element.account == caller.account && element.name == caller.name &&
         !element.path.starts_with(reserved_path(caller));
}

// Whether the value matches nobody, so that it can be replaced without refusing anybody.
bool is_dead(const Finding& finding, const PrincipalElement& element) {
  switch (element.form) {
    case PrincipalForm::UniqueId:
    case PrincipalForm::Wildcard:
    case PrincipalForm::Group:
    case PrincipalForm::InstanceProfile:
    case PrincipalForm::Canonical:
    case PrincipalForm::Malformed:
      return true;
    case PrincipalForm::Role:
      return is_gone(finding, element) || lacks_path(*finding.caller, element);
    default:
      return is_gone(finding, element) || is_unusable_provider(finding, element);
  }
}

std::string principal_pointer(const PolicyEditor& editor, std::uint32_t index,
                              std::string_view type) {
  return fmt::format("{}/Principal/{}", editor.statement(index), type);
}

void add_known(const Finding& finding, std::string_view operation, const std::string& key,
               std::vector<NewCondition>& conditions) {
  const ContextEntry& entry = finding.sub->authorization.context.find(key);
  if (entry.state != KeyState::Known || entry.values.empty()) return;
  // A key with several values would need a set operator.
  if (entry.values.size() > 1) return;
  conditions.push_back({std::string(operation), key, {entry.values[0]}});
}

// Conditions that restrict a statement to this caller beyond its Principal.
std::vector<NewCondition> own_conditions(const Finding& finding) {
  std::vector<NewCondition> conditions;
  if (finding.sub == nullptr) return conditions;
  const Caller& caller = *finding.caller;
  switch (caller.kind) {
    case CallerKind::Oidc:
      add_known(finding, "StringEquals", caller.issuer + ":aud", conditions);
      add_known(finding, "StringEquals", caller.issuer + ":sub", conditions);
      break;
    case CallerKind::Saml:
      add_known(finding, "StringEquals", "SAML:aud", conditions);
      break;
    case CallerKind::Service:
      add_known(finding, "StringEquals", "aws:SourceAccount", conditions);
      add_known(finding, "ArnEquals", "aws:SourceArn", conditions);
      break;
    default:
      add_known(finding, "StringEquals", "sts:ExternalId", conditions);
      break;
  }
  return conditions;
}

// A session's ARN does not tell the path of its role, and IAM stores no role that does not exist.
void warn_of_path(const Finding& finding, FixChange& change) {
  const Caller& caller = *finding.caller;
  if (caller.kind != CallerKind::RoleSession || caller.path_known ||
      !reserved_path(caller).empty()) {
    return;
  }
  change.warnings.push_back(fmt::format(
      "whether role {} has a path is not known, and its ARN would have to name it", caller.name));
}

bool is_main_action(const Finding& finding) {
  return finding.sub == finding.decision.sub_actions.data() || finding.decision.service_trust;
}

// The conditions of the nearest statement that hold or, for the main action, may hold. For
// sub-actions these are not needed, as they are only authorized together with the main action.
std::vector<NewCondition> held_conditions(const Finding& finding, const StatementTrace& trace) {
  std::vector<NewCondition> held;
  for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
    const Tri value = trace.conditions[i].value;
    if (value == Tri::No || (value == Tri::Open && !is_main_action(finding))) continue;
    const Condition& each = finding.statement->conditions[i];
    NewCondition copy{std::string(each.operator_text.value), std::string(each.key.value), {}};
    for (const Text& one : each.values) copy.values.emplace_back(one.value);
    held.push_back(std::move(copy));
  }
  return held;
}

void add_missing(std::vector<NewCondition>& conditions, std::vector<NewCondition> more) {
  for (NewCondition& each : more) {
    const bool there = std::any_of(
        conditions.begin(), conditions.end(),
        [&](const NewCondition& other) { return equals_ignore_case(other.key, each.key); });
    if (!there) conditions.push_back(std::move(each));
  }
}

// Whether the conditions let in tokens of other subjects too.
bool lacks_subject(const Finding& finding, const std::vector<NewCondition>& conditions) {
  if (finding.caller->kind != CallerKind::Oidc || !is_main_action(finding)) return false;
  return std::none_of(conditions.begin(), conditions.end(), [&](const NewCondition& each) {
    return equals_ignore_case(each.key, finding.caller->issuer + ":sub");
  });
}

void warn_of_tokens(const Finding& finding, const std::vector<NewCondition>& conditions,
                    FixChange& change) {
  if (!lacks_subject(finding, conditions)) return;
  change.opens = true;
  change.warnings.push_back(
      fmt::format("every token of `{}` may assume the role", finding.caller->issuer));
}

// Warns of the conditions of the nearest statement that a new statement leaves out.
void give_up_conditions(const Finding& finding, const StatementTrace& trace, FixChange& change) {
  for (std::size_t i = 0; i < trace.conditions.size(); ++i) {
    if (trace.conditions[i].value != Tri::No) continue;
    change.opens = true;
    change.warnings.push_back(fmt::format("`{}` is no longer asked of this caller",
                                          describe_condition(finding.statement->conditions[i])));
  }
}

// The action to add; when it is a sub-action, all sub-actions that the trust policy refuses.
std::vector<std::string> missing_actions(const Finding& finding) {
  if (is_main_action(finding)) return {finding.cause.action};
  std::vector<std::string> actions = refused_actions(finding, Gate::Trust);
  actions.erase(std::remove(actions.begin(), actions.end(), finding.request.action), actions.end());
  return actions;
}

// Whether all whom the statement names make the call that this caller makes.
bool admits_only_kind_of(const Finding& finding) {
  const auto& items = finding.statement->principal.items;
  const bool saml = finding.caller->kind == CallerKind::Saml;
  const bool federated = saml || finding.caller->kind == CallerKind::Oidc;
  return !finding.statement->principal.negated &&
         std::all_of(items.begin(), items.end(), [&](const PrincipalElement& each) {
           return federated ? each.type == PrincipalType::Federated &&
                                  (each.form == PrincipalForm::SamlProvider) == saml
                            : each.type != PrincipalType::Federated;
         });
}

// Whether the statement would apply if it listed the action.
bool would_apply(const Finding& finding, std::string_view action) {
  const SubAction* sub = finding.sub;
  for (const SubAction& each : finding.decision.sub_actions) {
    if (each.authorization.action == action) sub = &each;
  }
  const StatementTrace trace =
      trace_statement(*finding.policy, *finding.statement, *finding.caller, sub->authorization);
  return trace.principal.match != Tri::No && trace.resource != Tri::No &&
         std::none_of(trace.conditions.begin(), trace.conditions.end(),
                      [](const ConditionResult& each) { return each.value == Tri::No; });
}

}  // namespace

void admit_in_place_of_dead(const Finding& finding, Candidates& out) {
  const PrincipalElement* element = nearest_element(finding);
  const PrincipalName name = principal_name(*finding.caller);
  if (element == nullptr || finding.statement->principal.negated || name.value.empty() ||
      principal_type_name(element->type) != name.type || !is_dead(finding, *element)) {
    return;
  }
  const bool alone = finding.statement->principal.items.size() == 1;
  auto change = change_of_policy(finding, *finding.policy);
  if (!change || (name.pattern && !alone)) return;
  warn_of_path(finding, *change);
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  if (name.pattern) editor.add_condition(finding.statement->index, *name.pattern);
  editor.replace_value(principal_pointer(editor, finding.statement->index, name.type),
                       element->value.value, name.value);
  add_candidate(
      out, finding, *std::move(change), editor,
      fmt::format("replace `{}`, which admits nobody, by {} in {} of {}", element->value.value,
                  principal_words(name), statement_words(finding), role_words(finding)));
}

void admit_beside(const Finding& finding, Candidates& out) {
  const PrincipalName name = principal_name(*finding.caller);
  if (finding.statement == nullptr || finding.statement->effect != Effect::Allow ||
      finding.statement->principal.negated || name.value.empty() || name.pattern ||
      !names_kind(finding.statement->principal, kind_of(*finding.caller)) ||
      finding.sub == nullptr ||
      !actions_match(finding.statement->action, finding.sub->authorization.action)) {
    return;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  warn_of_path(finding, *change);
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.add_value(principal_pointer(editor, finding.statement->index, name.type), name.value);
  add_candidate(out, finding, *std::move(change), editor,
                fmt::format("add `{}` to the Principal of {} of {}", name.value,
                            statement_words(finding), role_words(finding)));
}

void admit_by_own_statement(const Finding& finding, Candidates& out) {
  const Policy* policy = finding.policy != nullptr ? finding.policy : trust_policy(finding);
  const PrincipalName name = principal_name(*finding.caller);
  if (policy == nullptr || name.value.empty() || finding.sub == nullptr) return;
  auto change = change_of_policy(finding, *policy);
  if (!change) return;
  NewStatement statement{name.type, name.value, refused_actions(finding, Gate::Trust), "",
                         own_conditions(finding)};
  // The conditions may be on keys that sub-actions do not have, so these need their own statement.
  if (!statement.conditions.empty() && statement.actions.size() > 1) statement.actions.resize(1);
  if (name.pattern) statement.conditions.push_back(*name.pattern);
  warn_of_tokens(finding, statement.conditions, *change);
  warn_of_path(finding, *change);
  PolicyEditor editor = edit_policy(finding, *policy);
  editor.add_statement(format_statement(statement));
  add_candidate(out, finding, *std::move(change), editor,
                fmt::format("add a statement to {} that allows {} {}", role_words(finding),
                            principal_words(name), join_list(statement.actions)));
}

void rename_provider(const Finding& finding, Candidates& out) {
  const PrincipalElement* element = nearest_element(finding);
  const Caller& caller = *finding.caller;
  if (element == nullptr || element->form != PrincipalForm::OidcProvider ||
      caller.kind != CallerKind::Oidc || element->name == caller.issuer ||
      !is_unusable_provider(finding, *element)) {
    return;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.replace_value(principal_pointer(editor, finding.statement->index, "Federated"),
                       element->value.value, caller.provider);
  for (const Condition& each : finding.statement->conditions) {
    const IssuerKey key = split_issuer_key(each.key.value);
    if (!equals_ignore_case(key.issuer, element->name)) continue;
    editor.move_condition(finding.statement->index, each.operator_text.value, each.key.value,
                          each.operator_text.value, fmt::format("{}:{}", caller.issuer, key.claim));
  }
  add_candidate(
      out, finding, *std::move(change), editor,
      fmt::format("name the provider `{}` instead of `{}`, and its keys, in {} of {}",
                  caller.issuer, element->name, statement_words(finding), role_words(finding)));
}

void add_action(const Finding& finding, Candidates& out) {
  if (finding.statement == nullptr || finding.statement->action.negated || finding.sub == nullptr) {
    return;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  std::vector<std::string> added;
  for (const std::string& action : missing_actions(finding)) {
    if (!would_apply(finding, action)) continue;
    editor.add_value(editor.statement(finding.statement->index) + "/Action", action);
    added.push_back(action);
  }
  if (std::find(added.begin(), added.end(), finding.cause.action) == added.end()) return;
  add_candidate(out, finding, *std::move(change), editor,
                fmt::format("add {} to the Action of {} of {}", join_list(added),
                            statement_words(finding), role_words(finding)));
}

void correct_action(const Finding& finding, Candidates& out) {
  constexpr auto kMainActions = std::to_array<std::string_view>(
      {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"});
  if (finding.statement == nullptr || finding.statement->effect != Effect::Allow ||
      finding.statement->action.negated || !admits_only_kind_of(finding)) {
    return;
  }
  std::string_view written;
  for (const Text& each : finding.statement->action.items) {
    const bool of_other_call =
        std::any_of(kMainActions.begin(), kMainActions.end(), [&](std::string_view action) {
          return equals_ignore_case(action, each.value) &&
                 !equals_ignore_case(action, finding.cause.action);
        });
    if (of_other_call) written = each.value;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change || written.empty()) return;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.replace_value(editor.statement(finding.statement->index) + "/Action", written,
                       finding.cause.action);
  add_candidate(
      out, finding, *std::move(change), editor,
      fmt::format("write {} instead of {} in the Action of {} of {}", finding.cause.action, written,
                  statement_words(finding), role_words(finding)));
}

void own_statement_without_condition(const Finding& finding, Candidates& out) {
  const PrincipalName name = principal_name(*finding.caller);
  if (finding.policy == nullptr || finding.statement == nullptr || finding.sub == nullptr ||
      finding.policy->kind != PolicyKind::Trust || name.value.empty()) {
    return;
  }
  auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  const bool main = is_main_action(finding);
  const StatementTrace trace = trace_statement(*finding.policy, *finding.statement, *finding.caller,
                                               finding.sub->authorization);
  NewStatement statement{
      name.type, name.value, {finding.cause.action}, "", held_conditions(finding, trace)};
  if (main) {
    add_missing(statement.conditions, own_conditions(finding));
    give_up_conditions(finding, trace, *change);
    warn_of_tokens(finding, statement.conditions, *change);
  } else if (statement.conditions.empty()) {
    statement.actions = missing_actions(finding);
  }
  if (name.pattern) add_missing(statement.conditions, {*name.pattern});
  warn_of_path(finding, *change);
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  editor.add_statement(format_statement(statement));
  const bool without = !finding.cause.condition_key.empty();
  add_candidate(
      out, finding, *std::move(change), editor,
      fmt::format("add a statement to {} that allows {} {}{}", role_words(finding),
                  principal_words(name), join_list(statement.actions),
                  without ? fmt::format(" without `{}`", finding.cause.condition_key) : ""));
}

}  // namespace rolecall
