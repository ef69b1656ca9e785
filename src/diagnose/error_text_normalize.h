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

// Pasted text made fit for matching: colours, box drawing, HTML and JSON escapes are gone, runs of
// white space are one character. Valid UTF-8 whatever the input was.
//
// A run of white space that held a line break is `\n`, one that held an empty line is `\n\n`, any
// other is one space, so that a reader may treat all of them as a space, or not.
struct NormalText {
  struct LineStart {
    std::uint32_t offset = 0;  // Into `text`.
    std::uint32_t line = 1;    // One-based line of the input.
  };

  std::string text{};
  std::vector<LineStart> lines{};  // Ascending; only lines that left anything.

  // The one-based line of the input that the character at `offset` came from. Logarithmic.
  [[nodiscard]] std::size_t line_at(std::size_t offset) const;
};

// Linear in `input`. Only the first 4 GiB are read.
[[nodiscard]] NormalText normalize_error_text(std::string_view input);

// Of the input only these parts, ascending and disjoint; what is between them counts as white
// space.
[[nodiscard]] NormalText normalize_error_text(std::string_view input,
                                              const std::vector<TextRange>& ranges);

}  // namespace rolecall
