// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace rolecall {

// Calls `make(i)` for every i below `count` on `jobs` threads, and `take(i)` on the calling thread,
// in order of i, each after its `make`. At most 2 * `jobs` items are made ahead of `take`. With at
// most one job everything runs on the calling thread. The first exception that either throws is
// rethrown after the threads have ended.
void run_in_order(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& make,
                  const std::function<void(std::size_t)>& take);

}  // namespace rolecall
