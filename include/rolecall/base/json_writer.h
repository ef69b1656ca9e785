// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Writes JSON in the order of the calls; the same calls give the same bytes. Invalid UTF-8 becomes
// U+FFFD. Control and bidirectional characters are written as \u escapes, so that the output is
// safe to print.
class JsonWriter {
 public:
  // With `indent` 0 everything goes on one line.
  explicit JsonWriter(int indent = 2) : indent_(indent) {}

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  void key(std::string_view name);
  void string(std::string_view text);
  void number(std::int64_t value);
  void boolean(bool value);
  void null();
  // Copies `json` as it stands. REQUIRES: it is one JSON value.
  void raw(std::string_view json);

  // Shorthands for members.
  void member(std::string_view name, std::string_view text);
  void member(std::string_view name, const char* text) { member(name, std::string_view(text)); }
  void member(std::string_view name, std::int64_t value);
  void member(std::string_view name, bool value);
  void member_null(std::string_view name);
  // Null when empty.
  void member_or_null(std::string_view name, std::string_view text);
  void member_strings(std::string_view name, const std::vector<std::string>& items);

  [[nodiscard]] const std::string& text() const { return out_; }
  // Ends the line, for JSON Lines: the next value starts a new text. REQUIRES: no object or array
  // is open.
  void end_line() { out_ += '\n'; }

 private:
  void before_value();
  void new_line();
  struct Level {
    bool empty = true;
  };
  int indent_;
  bool after_key_ = false;
  std::vector<Level> levels_;
  std::string out_;
};

// `"text"`, as JsonWriter::string writes it.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace rolecall
