// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/base/json_edit.h"

namespace rolecall::tree {

// A JSON document as a plain tree, edited without any regard to its text.
struct Tree {
  JsonKind kind = JsonKind::Null;
  std::string raw{};                                     // Of a scalar, as written.
  std::string scalar{};                                  // Of a scalar, unescaped.
  std::vector<std::pair<std::string, Tree>> children{};  // Keys are empty in arrays.

  // Order of members is no difference.
  friend bool operator==(const Tree& a, const Tree& b);
};

// How a whole document is written.
struct Style {
  std::string name{};
  std::string unit = "  ";      // One level of indentation.
  std::string new_line = "\n";  // Empty: everything on one line.
  std::string colon = ": ";
  std::string comma = ", ";    // Between values of one line.
  std::string padding{};       // Inside brackets of one line.
  bool short_arrays = false;   // Arrays of scalars on one line.
  bool short_objects = false;  // Objects of scalars on one line.
  bool hugs_arrays = false;    // `[{` and `}]`.
  std::string before{};        // Byte order mark, indentation of the first line.
  std::string base{};          // Indentation of the other lines.
  std::string after{};         // What follows the document.
};

// Twenty hands.
[[nodiscard]] std::vector<Style> document_styles();

// Nothing when the text is no JSON.
[[nodiscard]] std::optional<Tree> parse(std::string_view text);
[[nodiscard]] std::string print(const Tree& tree, const Style& style);
// False when an edit does not fit, as RFC 6902 says.
[[nodiscard]] bool apply(Tree& tree, std::span<const JsonEdit> edits);

}  // namespace rolecall::tree
