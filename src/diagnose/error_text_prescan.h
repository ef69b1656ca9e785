// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/diagnose/error_text.h"

#include "diagnose/error_text_normalize.h"

namespace rolecall {

// Logs are long and denials rare: before anything is normalized, a fast search for words of the
// denials' patterns finds the parts that are worth it.

// The parts of a text that can hold a denial, with everything around it that recognition looks at.
// Ascending and disjoint. A text shorter than `least` is one part, as is one with zero bytes
// (UTF-16). Linear.
[[nodiscard]] std::vector<TextRange> find_denial_ranges(std::string_view text,
                                                        std::size_t least = 65'536);

// The words that are searched for, in lower case: of each pattern the two longest. A text is
// wrapped anywhere, also inside a word, but hardly inside both.
[[nodiscard]] const std::vector<std::string>& anchor_words();

// recognize_denials on these parts only.
[[nodiscard]] std::vector<ErrorEvidence> recognize_denials_in(std::string_view text,
                                                              const std::vector<TextRange>& ranges,
                                                              std::size_t max_denials);

}  // namespace rolecall
