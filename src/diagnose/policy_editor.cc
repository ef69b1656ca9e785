// SPDX-License-Identifier: Apache-2.0
#include "diagnose/policy_editor.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

namespace rolecall {

namespace {

std::optional<JsonValue> element(const JsonValue& array, std::string_view token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size() || index >= array.size()) {
    return std::nullopt;
  }
  auto it = array.begin();
  for (; index > 0; --index) ++it;
  return *it;
}

void write_strings(JsonWriter& out, const std::vector<std::string>& items) {
  if (items.size() == 1) {
    out.string(items[0]);
    return;
  }
  out.begin_array();
  for (const std::string& each : items) out.string(each);
  out.end_array();
}

// Groups conditions by operator, as the JSON does.
void write_conditions(JsonWriter& out, const std::vector<NewCondition>& conditions) {
  out.key("Condition");
  out.begin_object();
  std::vector<std::string_view> written;
  for (const NewCondition& first : conditions) {
    if (std::find(written.begin(), written.end(), first.operation) != written.end()) continue;
    written.emplace_back(first.operation);
    out.key(first.operation);
    out.begin_object();
    for (const NewCondition& each : conditions) {
      if (each.operation != first.operation) continue;
      out.key(each.key);
      write_strings(out, each.values);
    }
    out.end_object();
  }
  out.end_object();
}

}  // namespace

std::string json_strings(const std::vector<std::string>& items) {
  JsonWriter out(0);
  write_strings(out, items);
  return out.text();
}

std::string format_statement(const NewStatement& statement) {
  JsonWriter out(0);
  out.begin_object();
  out.member("Effect", "Allow");
  if (!statement.principal_type.empty()) {
    out.key("Principal");
    out.begin_object();
    out.member(statement.principal_type, statement.principal);
    out.end_object();
  }
  out.key("Action");
  write_strings(out, statement.actions);
  if (!statement.resource.empty()) out.member("Resource", statement.resource);
  if (!statement.conditions.empty()) write_conditions(out, statement.conditions);
  out.end_object();
  return out.text();
}

void JsonEditor::parse() {
  sources_ = std::make_unique<SourceTable>();
  document_.reset();
  Diagnostics ignored;
  auto parsed = parse_json(*sources_, sources_->add("", text_), ignored);
  if (parsed) {
    document_ = *std::move(parsed);
  } else {
    ok_ = false;
  }
}

std::optional<JsonValue> JsonEditor::find(std::string_view pointer) const {
  if (!document_) return std::nullopt;
  std::optional<JsonValue> value = document_->root();
  while (value && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    value = value->is(JsonKind::Array) ? element(*value, token)
                                       : value->find(unescape_pointer_token(token));
  }
  return value;
}

void JsonEditor::edit(JsonEdit edit) {
  if (!ok_) return;
  auto edited = apply_json_edits(text_, {&edit, 1});
  if (!edited) {
    ok_ = false;
    return;
  }
  text_ = *std::move(edited);
  edits_.push_back(std::move(edit));
  parse();
}

void JsonEditor::add(std::string pointer, std::string json) {
  edit({JsonEdit::Op::Add, std::move(pointer), std::move(json)});
}

void JsonEditor::replace(std::string pointer, std::string json) {
  edit({JsonEdit::Op::Replace, std::move(pointer), std::move(json)});
}

void JsonEditor::remove(std::string pointer) {
  edit({JsonEdit::Op::Remove, std::move(pointer), {}});
}

void JsonEditor::add_value(const std::string& pointer, std::string_view value) {
  const auto known = find(pointer);
  if (!known) {
    add(pointer, json_string(value));
  } else if (known->is(JsonKind::Array)) {
    add(pointer + "/-", json_string(value));
  } else {
    replace(pointer, fmt::format("[{}, {}]", known->raw(), json_string(value)));
  }
}

void JsonEditor::replace_value(const std::string& pointer, std::string_view old_value,
                               std::string_view new_value) {
  const auto known = find(pointer);
  if (known && known->is(JsonKind::Array)) {
    std::size_t index = 0;
    for (const JsonValue each : *known) {
      if (each.is(JsonKind::String) && each.string() == old_value) {
        replace(fmt::format("{}/{}", pointer, index), json_string(new_value));
        return;
      }
      ++index;
    }
  } else if (known && known->is(JsonKind::String) && known->string() == old_value) {
    replace(pointer, json_string(new_value));
    return;
  }
  fail();
}

std::string PolicyEditor::statement(std::uint32_t index) const {
  const auto statements = find("/Statement");
  const bool single = statements && !statements->is(JsonKind::Array);
  return single ? "/Statement" : fmt::format("/Statement/{}", index);
}

void PolicyEditor::add_statement(const std::string& json) {
  const auto statements = find("/Statement");
  if (statements && !statements->is(JsonKind::Array)) {
    replace("/Statement", fmt::format("[{}, {}]", statements->raw(), json));
  } else {
    add("/Statement/-", json);
  }
}

std::string PolicyEditor::condition(std::uint32_t index, std::string_view operation,
                                    std::string_view key) const {
  return fmt::format("{}/Condition/{}/{}", statement(index), escape_pointer_token(operation),
                     escape_pointer_token(key));
}

void PolicyEditor::add_condition(std::uint32_t index, const NewCondition& condition) {
  const std::string block = statement(index) + "/Condition";
  const std::string operation = block + "/" + escape_pointer_token(condition.operation);
  const std::string place = operation + "/" + escape_pointer_token(condition.key);
  const std::string values = json_strings(condition.values);
  const std::string keyed = fmt::format("{{{}: {}}}", json_string(condition.key), values);
  if (find(place)) {
    for (const std::string& each : condition.values) add_value(place, each);
  } else if (find(operation)) {
    add(place, values);
  } else if (find(block)) {
    add(operation, keyed);
  } else {
    add(block, fmt::format("{{{}: {}}}", json_string(condition.operation), keyed));
  }
}

void PolicyEditor::remove_condition(std::uint32_t index, std::string_view operation,
                                    std::string_view key) {
  const std::string block = statement(index) + "/Condition";
  const std::string row = block + "/" + escape_pointer_token(operation);
  const auto operations = find(block);
  const auto keys = find(row);
  if (!operations || !keys) return fail();
  if (keys->size() > 1) {
    remove(row + "/" + escape_pointer_token(key));
  } else if (operations->size() > 1) {
    remove(row);
  } else {
    remove(block);
  }
}

void PolicyEditor::move_condition(std::uint32_t index, std::string_view operation,
                                  std::string_view key, std::string_view new_operation,
                                  std::string_view new_key) {
  const std::string place = condition(index, operation, key);
  const auto values = find(place);
  if (!values || find(condition(index, new_operation, new_key))) return fail();
  const std::string kept(values->raw());
  const std::string block = statement(index) + "/Condition";
  // Adds before removing, so that the block of an operator never becomes empty.
  const std::string row = block + "/" + escape_pointer_token(new_operation);
  if (find(row)) {
    add(row + "/" + escape_pointer_token(new_key), kept);
  } else {
    add(row, fmt::format("{{{}: {}}}", json_string(new_key), kept));
  }
  remove_condition(index, operation, key);
}

}  // namespace rolecall
