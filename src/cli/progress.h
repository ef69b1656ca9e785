// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "cli/console.h"

namespace rolecall::cli {

// Shows the progress of long work on a terminal: one line on stderr that is rewritten, and erased
// at the end. Nothing is shown for work that is done quickly, or when stderr is not a terminal. One
// thread at a time.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `what` is the unit that is counted, such as "files read".
  Progress(Console& console, std::string what, Clock clock = &std::chrono::steady_clock::now);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `of` is the total; 0 when it is not known.
  void show(std::size_t done, std::size_t of = 0);
  void clear();

 private:
  Console& console_;
  std::string what_;
  Clock clock_;
  std::chrono::steady_clock::time_point next_;  // Nothing is written before this time.
  bool shown_ = false;
};

}  // namespace rolecall::cli
