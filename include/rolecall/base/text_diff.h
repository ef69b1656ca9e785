// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rolecall {

// The lines that differ, as `diff -u` prints them and `patch` and `git apply` read them; empty when
// the texts are equal. `context` lines surround each change. Names with unusual characters are
// quoted as git quotes them. Texts are copied byte for byte: whoever prints them on a terminal
// looks for control characters first. The difference is a shortest one up to about a thousand
// changed lines; beyond that it is right but may be longer.
[[nodiscard]] std::string unified_diff(std::string_view old_name, std::string_view old_text,
                                       std::string_view new_name, std::string_view new_text,
                                       std::size_t context = 3);

}  // namespace rolecall
