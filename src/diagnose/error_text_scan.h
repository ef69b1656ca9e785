// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "diagnose/error_text_match.h"

namespace rolecall {

// A denial in the normalized text: a row of denial_texts() and where it matched. Small, as a log
// may have millions; the captures are read again by read_captures().
struct TextHit {
  std::uint32_t begin = 0;   // Of the match with its lead.
  std::uint32_t anchor = 0;  // Of the match without its lead.
  std::uint32_t end = 0;
  std::uint32_t arn = 0;  // Where the ARN of the lead begins; `end` when there is none.
  std::uint16_t row = 0;
  bool is_foreign = false;  // The denied action has nothing to do with roles.
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

// Finds every row of the tables in normalized text. Linear.
[[nodiscard]] ScannedText scan_error_text(std::string_view text);

// The captures of a hit, that of the lead first.
[[nodiscard]] std::vector<Capture> read_captures(std::string_view text, const TextHit& hit);

}  // namespace rolecall
