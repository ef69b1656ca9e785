// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rolecall {

// A unified diff, as `diff -u` prints it and `patch` and `git apply` read it; empty when the texts
// are equal. `context` is the number of unchanged lines shown around each change. Names with
// unusual characters are quoted as git quotes them. Texts are copied byte for byte: check them for
// control characters before printing them on a terminal. The diff is a shortest one up to about a
// thousand changed lines; beyond that it is correct but may be longer.
[[nodiscard]] std::string unified_diff(std::string_view old_name, std::string_view old_text,
                                       std::string_view new_name, std::string_view new_text,
                                       std::size_t context = 3);

}  // namespace rolecall
