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

// The changes between two sequences, in order, with at least one equal item between two changes.
// Finds a shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986) up
// to a bound on its length; beyond it, everything between the common beginning and the common end
// is one change.
[[nodiscard]] std::vector<SequenceChange> find_changes(std::span<const std::string_view> before,
                                                       std::span<const std::string_view> after);

}  // namespace rolecall
