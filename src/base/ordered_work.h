// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace rolecall {

// Calls `make(i)` for every i below `count` on `jobs` threads, and `take(i)` on this one, in order,
// each after its `make`. No more than a few are made ahead. With at most one job everything happens
// on this thread. What either throws is thrown on, after the threads have ended; of several the
// first.
void run_in_order(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& make,
                  const std::function<void(std::size_t)>& take);

}  // namespace rolecall
