// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/base/json_edit.h"

namespace rolecall {

// As JSON: one string, or a list of several.
[[nodiscard]] std::string json_strings(const std::vector<std::string>& items);

struct NewCondition {
  std::string operation{};
  std::string key{};
  std::vector<std::string> values{};
};

// An Allow statement to add.
struct NewStatement {
  std::string principal_type{};  // `AWS`, ...; empty: no Principal.
  std::string principal{};
  std::vector<std::string> actions{};
  std::string resource{};  // Empty: no Resource.
  std::vector<NewCondition> conditions{};
};
[[nodiscard]] std::string format_statement(const NewStatement& statement);

// Edits the JSON text of one document step by step and records the edits. After a step that cannot
// be done, ok() is false and further steps have no effect.
class JsonEditor {
 public:
  explicit JsonEditor(std::string_view text) : original_(text), text_(text) { parse(); }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const std::string& original() const { return original_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<JsonEdit>& edits() const { return edits_; }
  // The value at a pointer; nothing when there is none. Valid until the next edit.
  [[nodiscard]] std::optional<JsonValue> find(std::string_view pointer) const;

  void add(std::string pointer, std::string json);
  void replace(std::string pointer, std::string json);
  void remove(std::string pointer);
  // Adds to the list at `pointer`, turns a string there into a list, or adds a string when there is
  // nothing. REQUIRES: the parents exist.
  void add_value(const std::string& pointer, std::string_view value);
  // Replaces one value of the string or list at `pointer`.
  void replace_value(const std::string& pointer, std::string_view old_value,
                     std::string_view new_value);
  void fail() { ok_ = false; }

 private:
  void edit(JsonEdit edit);
  void parse();

  std::string original_;
  std::string text_;
  std::vector<JsonEdit> edits_;
  std::unique_ptr<SourceTable> sources_;
  std::optional<JsonDocument> document_;
  bool ok_ = true;
};

// Edits a policy document by its elements. Statements are named by their index.
class PolicyEditor : public JsonEditor {
 public:
  using JsonEditor::JsonEditor;

  // The pointer of a statement: `/Statement/1`, or `/Statement` when it is not in a list.
  [[nodiscard]] std::string statement(std::uint32_t index) const;
  void add_statement(const std::string& json);
  // Adds a condition, or its values to a condition of the same operator and key.
  void add_condition(std::uint32_t index, const NewCondition& condition);
  // The pointer of a condition's values.
  [[nodiscard]] std::string condition(std::uint32_t index, std::string_view operation,
                                      std::string_view key) const;
  void remove_condition(std::uint32_t index, std::string_view operation, std::string_view key);
  // Changes the operator or the key of a condition.
  void move_condition(std::uint32_t index, std::string_view operation, std::string_view key,
                      std::string_view new_operation, std::string_view new_key);
};

}  // namespace rolecall
