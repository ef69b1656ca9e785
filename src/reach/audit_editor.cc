// SPDX-License-Identifier: Apache-2.0
#include "reach/audit_editor.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"

namespace rolecall {

namespace {

// The JSON of the values: a string for one, else a list.
std::string strings_json(const std::vector<std::string>& values) {
  JsonWriter out(0);
  if (values.size() == 1) {
    out.string(values[0]);
    return out.text();
  }
  out.begin_array();
  for (const std::string& each : values) out.string(each);
  out.end_array();
  return out.text();
}

std::vector<std::string> values_of(const Condition& condition) {
  std::vector<std::string> values;
  for (const Text& each : condition.values) values.emplace_back(each.value);
  return values;
}

bool has_operator(const Statement& statement, std::string_view operation) {
  return std::any_of(statement.conditions.begin(), statement.conditions.end(),
                     [&](const Condition& each) { return each.operator_text.value == operation; });
}

std::string one_member(std::string_view key, std::string_view json) {
  JsonWriter out(0);
  out.begin_object();
  out.key(key);
  out.raw(json);
  out.end_object();
  return out.text();
}

}  // namespace

AuditEditor::AuditEditor(const RoleAudit& audit) : trust_(audit.trust) {
  SourceTable sources;
  Diagnostics ignored;
  const auto json = parse_json(
      sources, sources.add({}, std::string(audit.sources.text(audit.trust.at))), ignored);
  const auto list = json ? json->root().find("Statement") : std::nullopt;
  failed_ = !list;
  statements_listed_ = list && list->is(JsonKind::Array);
}

std::string AuditEditor::statement_pointer(const Statement& statement) const {
  return statements_listed_ ? fmt::format("/Statement/{}", statement.index) : "/Statement";
}

void AuditEditor::add_condition(const Statement& statement, std::string_view key,
                                const std::vector<std::string>& values) {
  const std::string at = statement_pointer(statement) + "/Condition";
  const std::string json = strings_json(values);
  if (statement.conditions.empty()) {
    edits_.push_back({JsonEdit::Op::Add, at, one_member("StringEquals", one_member(key, json))});
  } else if (!has_operator(statement, "StringEquals")) {
    edits_.push_back({JsonEdit::Op::Add, at + "/StringEquals", one_member(key, json)});
  } else {
    edits_.push_back({JsonEdit::Op::Add, at + "/StringEquals/" + escape_pointer_token(key), json});
  }
}

void AuditEditor::change_operator(const Statement& statement, const Condition& condition,
                                  std::string_view operation) {
  const std::string_view old = condition.operator_text.value;
  const std::string_view key = condition.key.value;
  const std::string at = statement_pointer(statement) + "/Condition/";
  const auto others =
      std::count_if(statement.conditions.begin(), statement.conditions.end(),
                    [&](const Condition& each) { return each.operator_text.value == old; });
  const std::string json = strings_json(values_of(condition));
  const std::string token = escape_pointer_token(key);
  edits_.push_back(
      {JsonEdit::Op::Remove,
       others > 1 ? fmt::format("{}{}/{}", at, old, token) : fmt::format("{}{}", at, old),
       {}});
  if (has_operator(statement, operation)) {
    edits_.push_back({JsonEdit::Op::Add, fmt::format("{}{}/{}", at, operation, token), json});
  } else {
    edits_.push_back(
        {JsonEdit::Op::Add, fmt::format("{}{}", at, operation), one_member(key, json)});
  }
}

void AuditEditor::replace_action(const Statement& statement,
                                 const std::vector<std::string>& actions) {
  if (actions.empty()) failed_ = true;
  edits_.push_back(
      {JsonEdit::Op::Replace, statement_pointer(statement) + "/Action", strings_json(actions)});
}

void AuditEditor::remove_principal(const Statement& statement, const PrincipalElement& element) {
  std::size_t place = 0;
  std::size_t of_type = 0;
  for (const PrincipalElement& each : statement.principal.items) {
    if (&each == &element) place = of_type;
    if (each.type == element.type) ++of_type;
  }
  const std::string at = statement_pointer(statement);
  const std::string type = fmt::format("{}/Principal/{}", at, principal_type_name(element.type));
  if (of_type > 1) {
    edits_.push_back({JsonEdit::Op::Remove, fmt::format("{}/{}", type, place), {}});
  } else if (statement.principal.items.size() > 1) {
    edits_.push_back({JsonEdit::Op::Remove, type, {}});
  } else if (statements_listed_ && trust_.statements.size() > 1) {
    edits_.push_back({JsonEdit::Op::Remove, at, {}});
  } else {
    failed_ = true;  // A trust policy needs a statement.
  }
}

void AuditEditor::add_version() {
  edits_.push_back({trust_.version.value.empty() ? JsonEdit::Op::Add : JsonEdit::Op::Replace,
                    "/Version", "\"2012-10-17\""});
}

}  // namespace rolecall
