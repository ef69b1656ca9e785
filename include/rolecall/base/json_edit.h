// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// One operation of a JSON Patch (RFC 6902).
struct JsonEdit {
  // Add inserts before an array index, and adds or replaces an object member.
  enum class Op : std::uint8_t { Add, Remove, Replace };

  Op op = Op::Add;
  std::string pointer{};  // RFC 6901; a final `-` is the end of an array. Empty: whole document.
  std::string value{};    // JSON text; not used by Remove.

  friend bool operator==(const JsonEdit&, const JsonEdit&) = default;
};

// Applies `edits` in order and returns the new text. Bytes that no edit touches stay as they are:
// indentation, line ends, byte order mark, spelling of strings and numbers, order of members. A new
// value is laid out like the values around it. A replaced string whose value stays the same keeps
// its spelling. `text` may be an excerpt of a file, with the indentation it has there. Fails with
// CannotEdit when a pointer leads to no place in the document, or through a key that occurs twice,
// and with the fault of parse_json when the document, a value or the result is not valid JSON.
// Errors carry no place. Linear in the document for each edit.
[[nodiscard]] Result<std::string> apply_json_edits(std::string_view text,
                                                   std::span<const JsonEdit> edits);

// Edits that undo `edits`: applied to their result, they give a document equal in value to `text`.
// A removed member is restored as the last one of its object.
[[nodiscard]] Result<std::vector<JsonEdit>> inverse_json_edits(std::string_view text,
                                                               std::span<const JsonEdit> edits);

// The edits as a JSON Patch document, ending in a newline. REQUIRES: values are JSON texts.
[[nodiscard]] std::string format_rfc6902(std::span<const JsonEdit> edits);

// The same JSON on several lines, indented by two spaces, without a final newline. The order of
// members and the spelling of strings and numbers stay.
[[nodiscard]] Result<std::string> format_json(std::string_view text);

// A key as a reference token of a JSON pointer (RFC 6901): `aws:PrincipalTag/team` becomes
// `aws:PrincipalTag~1team`.
[[nodiscard]] std::string escape_pointer_token(std::string_view key);
[[nodiscard]] std::string unescape_pointer_token(std::string_view token);

}  // namespace rolecall
