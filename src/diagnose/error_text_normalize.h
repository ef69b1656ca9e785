// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Bytes [begin, end) of a text.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Pasted text, normalized for matching: colors and box drawing are removed, HTML and JSON escapes
// decoded, runs of white space collapsed. Valid UTF-8 for any input.
//
// A run of white space with an empty line in it becomes `\n\n`, one with a line break `\n`, any
// other a single space.
struct NormalText {
  struct LineStart {
    std::uint32_t offset = 0;  // Into `text`.
    std::uint32_t line = 1;    // One-based line of the input.
  };

  std::string text{};
  std::vector<LineStart> lines{};  // Ascending; lines that left no text are missing.

  // The one-based line of the input that the character at `offset` came from. Logarithmic.
  [[nodiscard]] std::size_t line_at(std::size_t offset) const;
};

// Linear in `input`. Only the first 4 GiB are read.
[[nodiscard]] NormalText normalize_error_text(std::string_view input);

// Normalizes only these parts of the input; the text between them counts as white space. REQUIRES:
// the ranges are ascending and disjoint.
[[nodiscard]] NormalText normalize_error_text(std::string_view input,
                                              const std::vector<TextRange>& ranges);

}  // namespace rolecall
