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
  std::string pointer{};  // RFC 6901; a last `-` is the end of an array. Empty: the whole document.
  std::string value{};    // JSON text; not used by Remove.

  friend bool operator==(const JsonEdit&, const JsonEdit&) = default;
};

// The document after `edits`, applied in order. Bytes that no edit touches stay: indentation, line
// ends, byte order mark, spelling of strings and numbers, order of members. A new value is laid out
// like the values around it; a string that stays the same keeps its spelling. `text` may be a part
// of a file, as it stands there. Fails with CannotEdit when a place is not in the document (or is
// behind a key that occurs twice), and with the fault of parse_json when the document, a value or
// the result cannot be read. Messages give no place. Linear in the document for each edit.
[[nodiscard]] Result<std::string> apply_json_edits(std::string_view text,
                                                   std::span<const JsonEdit> edits);

// Edits that, applied to the result of `edits`, give the meaning of `text` back. A member that was
// removed comes back as the last one of its object.
[[nodiscard]] Result<std::vector<JsonEdit>> inverse_json_edits(std::string_view text,
                                                               std::span<const JsonEdit> edits);

// The edits as a JSON Patch document, ending in a newline. REQUIRES: values are JSON texts.
[[nodiscard]] std::string format_rfc6902(std::span<const JsonEdit> edits);

// The same JSON over several lines, indented by two spaces, without a last line end. Order and the
// spelling of strings and numbers stay.
[[nodiscard]] Result<std::string> format_json(std::string_view text);

// A key as one token of a pointer: `aws:PrincipalTag/team` becomes `aws:PrincipalTag~1team`.
[[nodiscard]] std::string escape_pointer_token(std::string_view key);
[[nodiscard]] std::string unescape_pointer_token(std::string_view token);

}  // namespace rolecall
