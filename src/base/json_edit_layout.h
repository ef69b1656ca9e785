// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"

namespace rolecall {

// An element of an array, or a member of an object.
struct JsonChild {
  std::uint32_t begin = 0;  // Of the key, for a member.
  std::uint32_t end = 0;
  std::string_view key{};    // Empty for an element.
  std::string_view colon{};  // A member's colon with the white space around it.
  JsonValue value;
};
[[nodiscard]] std::vector<JsonChild> json_children(std::string_view text, const JsonValue& value);

// Where a new value goes.
struct JsonSite {
  std::uint32_t at = 0;
  std::string_view indent{};       // Of the line the value begins on.
  bool lines = false;              // Whether the value may take several lines.
  std::string_view key{};          // Key of the nearest member that will hold the value.
  std::optional<JsonValue> old{};  // The value it replaces.
};

// The layout of a document, learned from its values: a new value is written like the nearest one
// that resembles it.
class JsonLayout {
 public:
  // REQUIRES: `document` outlives this.
  explicit JsonLayout(const JsonDocument& document);

  // The new value `fresh` as text for `site`. REQUIRES: `fresh` is in the same SourceTable.
  [[nodiscard]] std::string render(const JsonValue& fresh, const JsonSite& site) const;
  // Leading white space of the line that holds `offset`.
  [[nodiscard]] std::string_view indent_at(std::uint32_t offset) const;
  // The text that separates two values on one line, or a key and its value, nearest to `at`.
  [[nodiscard]] std::string_view comma_near(std::uint32_t at) const;
  [[nodiscard]] std::string_view colon_near(std::uint32_t at) const;
  [[nodiscard]] bool has_lines(Span span) const;

 private:
  enum class Shape : std::uint8_t {
    OneLine,
    Hugged,    // On several lines, with the first value right after the bracket.
    Expanded,  // Each value on lines of its own.
  };
  // The layout of one container of the document that is not empty.
  struct Precedent {
    std::uint32_t at = 0;
    JsonKind kind{};
    bool nested = false;  // Holds a container.
    std::string_view key{};
    Shape shape{};
    std::string_view padding{};  // OneLine: white space after the opening bracket.
    std::string_view unit{};     // Expanded: one level of indentation.
  };
  struct Gap {
    std::uint32_t at = 0;
    std::string_view text{};
  };

  void learn(const JsonValue& value, std::string_view key);
  void learn_container(const JsonValue& value, std::string_view key,
                       const std::vector<JsonChild>& children);
  [[nodiscard]] const Precedent* precedent(const JsonValue& fresh, const JsonSite& site) const;
  [[nodiscard]] std::string_view unit_near(std::uint32_t at) const;
  [[nodiscard]] std::string_view padding_near(std::uint32_t at, JsonKind kind) const;
  [[nodiscard]] std::string join(const JsonValue& fresh, const JsonSite& inner,
                                 std::string_view separator) const;

  const SourceTable& sources_;
  std::string_view text_;
  Span root_;
  std::string_view new_line_ = "\n";
  std::vector<Precedent> precedents_;
  std::vector<Gap> commas_;
  std::vector<Gap> colons_;
};

}  // namespace rolecall
