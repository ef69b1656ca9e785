// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/diagnose/error_text.h"

#include "diagnose/error_text_normalize.h"

namespace rolecall {

// Logs are long and denials rare. A fast search for words of the denials' patterns finds the parts
// of a text that are worth normalizing.

// The parts of a text that may hold a denial, with all the context that recognition looks at;
// ascending and disjoint. A text shorter than `least`, or with zero bytes (UTF-16), is one part.
// Linear.
[[nodiscard]] std::vector<TextRange> find_denial_ranges(std::string_view text,
                                                        std::size_t least = 65'536);

// The words that are searched for, in lower case: the two longest words of each pattern, as text
// may be wrapped inside of one of them, but hardly of both.
[[nodiscard]] const std::vector<std::string>& anchor_words();

// recognize_denials for these parts only.
[[nodiscard]] std::vector<ErrorEvidence> recognize_denials_in(std::string_view text,
                                                              const std::vector<TextRange>& ranges,
                                                              std::size_t max_denials);

}  // namespace rolecall
