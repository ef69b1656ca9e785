// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace rolecall {

// Items [old_begin, old_end) of one sequence were replaced by [new_begin, new_end) of another.
struct SequenceChange {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;
};

// What differs, in order, with at least one equal item between two changes. Myers, "An O(ND)
// Difference Algorithm and Its Variations" (1986), so a shortest difference, up to a bound on its
// length; a longer one becomes a single change between the common beginning and end.
[[nodiscard]] std::vector<SequenceChange> find_changes(std::span<const std::string_view> before,
                                                       std::span<const std::string_view> after);

}  // namespace rolecall
