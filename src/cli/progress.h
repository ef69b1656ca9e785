// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "cli/console.h"

namespace rolecall::cli {

// Tells on a terminal how far long work is: one line on stderr, rewritten and in the end taken
// away. Work that is quickly done shows none, nor does anything where stderr is no terminal. Not
// for several threads at once.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `what` is done and counted, such as "files read".
  Progress(Console& console, std::string what, Clock clock = &std::chrono::steady_clock::now);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `of` is how many there are, 0 when nobody knows.
  void show(std::size_t done, std::size_t of = 0);
  void clear();

 private:
  Console& console_;
  std::string what_;
  Clock clock_;
  std::chrono::steady_clock::time_point next_;  // Before it, nothing is written.
  bool shown_ = false;
};

}  // namespace rolecall::cli
