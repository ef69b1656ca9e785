// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "diagnose/error_text_match.h"

namespace rolecall {

// A denial in the normalized text: a row of denial_texts() and where it matched. Kept small, for a
// log may hold millions; what it says is read again when it is reported.
struct TextHit {
  std::uint32_t begin = 0;   // Of the match, its lead included.
  std::uint32_t anchor = 0;  // Where the pattern without its lead matched.
  std::uint32_t end = 0;
  std::uint32_t arn = 0;  // Begin of the ARN that counts as lead, or `end` when there is none.
  std::uint16_t row = 0;
  bool is_foreign = false;  // The denial of an action that has nothing to do with roles.
};

// A row of context_marks() and where it matched.
struct TextMark {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint16_t row = 0;
};

struct ScannedText {
  std::vector<TextHit> hits{};    // Ascending, disjoint.
  std::vector<TextMark> marks{};  // Ascending by begin.
};

// Finds every row of the tables in text that was normalized. Linear.
[[nodiscard]] ScannedText scan_error_text(std::string_view text);

// What the placeholders of a hit captured, that of the lead first.
[[nodiscard]] std::vector<Capture> read_captures(std::string_view text, const TextHit& hit);

}  // namespace rolecall
