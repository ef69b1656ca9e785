// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

#include "diagnose/candidate.h"
#include "diagnose/principal_cause.h"

// Generators that exempt the refused call from a Deny statement, as narrowly as possible.
namespace rolecall {

namespace {

// A condition that is false for this caller only.
std::optional<NewCondition> all_but_caller(const Finding& finding) {
  const Caller& caller = *finding.caller;
  const std::string arn = principal_arn(caller);
  if (caller.kind == CallerKind::RoleSession && !caller.path_known) {
    return NewCondition{"StringNotEquals", "aws:PrincipalAccount", {caller.account}};
  }
  if (!arn.empty()) return NewCondition{"ArnNotEquals", "aws:PrincipalArn", {arn}};
  if (caller.kind == CallerKind::Service && !caller.services.empty()) {
    return NewCondition{"StringNotEquals", "aws:PrincipalServiceName", {caller.services[0]}};
  }
  // Not for SAML, whose callers are people: a policy should not name a person.
  if (finding.sub == nullptr || caller.kind != CallerKind::Oidc) return std::nullopt;
  const std::string key = caller.issuer + ":sub";
  const ContextEntry& entry = finding.sub->authorization.context.find(key);
  if (entry.state != KeyState::Known || entry.values.size() != 1) return std::nullopt;
  return NewCondition{"StringNotEquals", key, entry.values};
}

// A condition of the statement that already exempts some principals by ARN.
const Condition* spared_principals(const Statement& statement) {
  for (const Condition& each : statement.conditions) {
    if (equals_ignore_case(each.key.value, "aws:PrincipalArn") && each.operation != nullptr &&
        each.operation->negated && each.qualifier == Qualifier::None) {
      return &each;
    }
  }
  return nullptr;
}

// Whether the pattern covers every role, so that NotResource can exempt one of them.
bool covers_all_roles(std::string_view pattern) {
  const auto arn = Arn::split(pattern);
  return arn && arn->service == "iam" && arn->account == "*" &&
         (arn->resource == "*" || arn->resource == "role/*");
}

// Whether the actions of the statement only act on roles.
bool is_about_roles(const Statement& statement) {
  return !statement.action.negated &&
         std::all_of(statement.action.items.begin(), statement.action.items.end(),
                     [](const Text& each) {
                       return starts_with_ignore_case(each.value, "sts:AssumeRole") ||
                              equals_ignore_case(each.value, "sts:TagSession") ||
                              equals_ignore_case(each.value, "sts:SetSourceIdentity") ||
                              equals_ignore_case(each.value, "iam:PassRole");
                     });
}

bool belongs_to_caller(const FixChange& change, const Finding& finding) {
  return change.target == FixTarget::Request ||
         (change.target == FixTarget::InlinePolicy &&
          change.entity_arn == principal_arn(finding.decision.caller));
}

void exempt_caller(const Finding& finding, const FixChange& base, Candidates& out) {
  const auto condition = all_but_caller(finding);
  if (!condition) return;
  FixChange change = base;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  const Condition* spared = spared_principals(*finding.statement);
  if (spared != nullptr && condition->key == "aws:PrincipalArn") {
    editor.add_value(
        editor.condition(finding.statement->index, spared->operator_text.value, spared->key.value),
        condition->values[0]);
  } else {
    editor.add_condition(finding.statement->index, *condition);
  }
  if (finding.statement->resource.present) {
    change.warnings.push_back(fmt::format("{} then denies `{}` nothing else either",
                                          statement_words(finding), condition->values[0]));
  }
  add_candidate(out, finding, std::move(change), editor,
                fmt::format("exempt `{}` from {}", condition->values[0], statement_place(finding)));
}

// Whether the statement denies nothing on a role but assuming or passing it.
bool denies_assuming_only(const Statement& statement) {
  return is_about_roles(statement) ||
         (!statement.action.negated &&
          std::all_of(
              statement.action.items.begin(), statement.action.items.end(),
              [](const Text& each) { return starts_with_ignore_case(each.value, "sts:"); }));
}

void spare_role(JsonEditor& editor, const std::string& statement, const std::string& role) {
  if (editor.find(statement + "/NotResource")) {
    editor.add_value(statement + "/NotResource", role);
    return;
  }
  editor.add(statement + "/NotResource", json_string(role));
  editor.remove(statement + "/Resource");
}

// Removes actions from the statement, if it lists them one by one or uses NotAction or `*`. False
// when that is not possible.
bool take_out(PolicyEditor& editor, const Finding& finding,
              const std::vector<std::string>& actions) {
  const PatternList& list = finding.statement->action;
  const std::string statement = editor.statement(finding.statement->index);
  if (list.negated) {
    for (const std::string& each : actions) editor.add_value(statement + "/NotAction", each);
    return true;
  }
  if (list.items.size() == 1 && list.items[0].value == "*") {
    editor.add(statement + "/NotAction", json_strings(actions));
    editor.remove(statement + "/Action");
    return true;
  }
  std::vector<std::size_t> listed;
  for (std::size_t at = 0; at < list.items.size(); ++at) {
    const bool taken = std::any_of(actions.begin(), actions.end(), [&](const std::string& each) {
      return equals_ignore_case(list.items[at].value, each);
    });
    if (taken) listed.push_back(at);
  }
  if (listed.empty() || listed.size() == list.items.size()) return false;
  std::reverse(listed.begin(), listed.end());
  for (const std::size_t at : listed) editor.remove(fmt::format("{}/Action/{}", statement, at));
  return true;
}

// Moves the refused actions to a copy of the statement that exempts the role; other actions stay
// denied on it.
void exempt_resource_for_call(const Finding& finding, const FixChange& base, Candidates& out) {
  std::vector<std::string> actions;
  for (std::string& each : refused_actions(finding, finding.cause.gate)) {
    if (actions_match(finding.statement->action, each)) actions.push_back(std::move(each));
  }
  if (actions.empty()) return;
  const std::string role = resource_of(finding);
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  const auto statement = editor.find(editor.statement(finding.statement->index));
  if (!statement) return;
  JsonEditor copy(statement->raw());
  if (copy.find("/Sid")) copy.remove("/Sid");
  if (copy.find("/NotAction")) copy.remove("/NotAction");
  copy.add("/Action", json_strings(actions));
  spare_role(copy, "", role);
  if (!copy.ok() || !take_out(editor, finding, actions)) return;
  editor.add_statement(copy.text());
  add_candidate(out, finding, base, editor,
                fmt::format("exempt `{}` from {} for {} alone", role, statement_place(finding),
                            join_list(actions)));
}

void exempt_resource(const Finding& finding, const FixChange& base, Candidates& out) {
  const PatternList& resource = finding.statement->resource;
  if (!resource.present) return;
  const bool all = std::any_of(resource.items.begin(), resource.items.end(), [&](const Text& each) {
    return each.value == "*" ||
           (is_about_roles(*finding.statement) && covers_all_roles(each.value));
  });
  if (!resource.negated && !all) return;
  const std::string role = resource_of(finding);
  FixChange change = base;
  if (!denies_assuming_only(*finding.statement)) {
    exempt_resource_for_call(finding, base, out);
    change.opens = true;
    change.warnings.push_back(
        fmt::format("{} then denies nothing else on `{}` either", statement_words(finding), role));
  }
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  spare_role(editor, editor.statement(finding.statement->index), role);
  add_candidate(out, finding, std::move(change), editor,
                fmt::format("exempt `{}` from {}", role, statement_place(finding)));
}

void exempt_action(const Finding& finding, const FixChange& base, Candidates& out) {
  const PatternList& actions = finding.statement->action;
  FixChange change = base;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  const std::string statement = editor.statement(finding.statement->index);
  if (actions.negated) {
    editor.add_value(statement + "/NotAction", finding.cause.action);
  } else {
    std::size_t at = 0;
    for (; at < actions.items.size(); ++at) {
      if (equals_ignore_case(actions.items[at].value, finding.cause.action)) break;
    }
    if (actions.items.size() < 2 || at == actions.items.size()) return;
    editor.remove(fmt::format("{}/Action/{}", statement, at));
  }
  change.opens = true;
  change.warnings.push_back(fmt::format("{} no longer denies {} to anybody",
                                        statement_words(finding), finding.cause.action));
  add_candidate(out, finding, std::move(change), editor,
                fmt::format("take {} out of {}", finding.cause.action, statement_place(finding)));
}

void drop_statement(const Finding& finding, const FixChange& base, Candidates& out) {
  if (!belongs_to_caller(base, finding)) return;
  FixChange change = base;
  PolicyEditor editor = edit_policy(finding, *finding.policy);
  const std::string statement = editor.statement(finding.statement->index);
  if (statement == "/Statement") return;
  editor.remove(statement);
  change.opens = true;
  change.warnings.push_back(
      fmt::format("everything that {} denies is no longer denied", statement_words(finding)));
  add_candidate(out, finding, std::move(change), editor,
                fmt::format("remove {}", statement_place(finding)));
}

}  // namespace

void exempt_from_deny(const Finding& finding, Candidates& out) {
  if (finding.statement == nullptr || finding.statement->effect != Effect::Deny) return;
  const auto change = change_of_policy(finding, *finding.policy);
  if (!change) return;
  // In the caller's own policy, exempting the caller would void the statement. A boundary applies
  // to many callers, so exempting one role is the smaller change there. The organization's policies
  // protect roles from callers, so exempting one caller is.
  const bool by_role =
      belongs_to_caller(*change, finding) ||
      (finding.cause.gate == Gate::Boundary && spared_principals(*finding.statement) == nullptr);
  if (by_role) exempt_resource(finding, *change, out);
  if (!belongs_to_caller(*change, finding)) exempt_caller(finding, *change, out);
  if (!by_role) exempt_resource(finding, *change, out);
  exempt_action(finding, *change, out);
  drop_statement(finding, *change, out);
}

}  // namespace rolecall
