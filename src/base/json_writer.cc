// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/json_writer.h"

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// One code point as `\u202e`, or as a surrogate pair beyond U+FFFF. REQUIRES: it is not ASCII.
void append_escape(std::string& out, std::string_view point) {
  unsigned value = static_cast<unsigned char>(point[0]) & (0xFFU >> (point.size() + 1));
  for (const char c : point.substr(1)) {
    value = (value << 6) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  if (value < 0x10000) {
    out += fmt::format("\\u{:04x}", value);
  } else {
    value -= 0x10000;
    out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (value >> 10), 0xDC00 + (value & 0x3FFU));
  }
}

// Whether the character needs no escape in a JSON string.
bool is_plain(char c) {
  return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

// Writes what escape_for_terminal would escape as JSON escapes, and invalid UTF-8 as U+FFFD.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    std::size_t plain = i;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out += text.substr(i, plain - i);
    i = plain;
    if (i == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[i++];
    } else if (byte == '\n' || byte == '\t') {
      out += byte == '\n' ? "\\n" : "\\t";
      ++i;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04x}", byte);
      ++i;
    } else {
      std::size_t bytes = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      std::string_view point = text.substr(i, bytes);
      if (!is_valid_utf8(point)) {
        out += "\\ufffd";
        ++i;
        continue;
      }
      if (escape_for_terminal(point) == point) {
        out += point;
      } else {
        append_escape(out, point);
      }
      i += bytes;
    }
  }
  out += '"';
}

}  // namespace

void JsonWriter::new_line() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(levels_.size() * static_cast<std::size_t>(indent_), ' ');
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  if (!levels_.back().empty) out_ += indent_ == 0 ? ", " : ",";
  levels_.back().empty = false;
  new_line();
}

void JsonWriter::begin_object() {
  before_value();
  out_ += '{';
  levels_.push_back({});
}

void JsonWriter::end_object() {
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) new_line();
  out_ += '}';
}

void JsonWriter::begin_array() {
  before_value();
  out_ += '[';
  levels_.push_back({});
}

void JsonWriter::end_array() {
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) new_line();
  out_ += ']';
}

void JsonWriter::key(std::string_view name) {
  before_value();
  append_quoted(out_, name);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::string(std::string_view text) {
  before_value();
  append_quoted(out_, text);
}

void JsonWriter::number(std::int64_t value) {
  before_value();
  out_ += std::to_string(value);
}

void JsonWriter::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
}

void JsonWriter::null() {
  before_value();
  out_ += "null";
}

void JsonWriter::raw(std::string_view json) {
  before_value();
  out_ += json;
}

void JsonWriter::member(std::string_view name, std::string_view text) {
  key(name);
  string(text);
}

void JsonWriter::member(std::string_view name, std::int64_t value) {
  key(name);
  number(value);
}

void JsonWriter::member(std::string_view name, bool value) {
  key(name);
  boolean(value);
}

void JsonWriter::member_null(std::string_view name) {
  key(name);
  null();
}

void JsonWriter::member_or_null(std::string_view name, std::string_view text) {
  if (text.empty()) {
    member_null(name);
  } else {
    member(name, text);
  }
}

void JsonWriter::member_strings(std::string_view name, const std::vector<std::string>& items) {
  key(name);
  begin_array();
  for (const std::string& item : items) string(item);
  end_array();
}

std::string json_string(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace rolecall
