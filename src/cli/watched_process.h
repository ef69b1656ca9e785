// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rolecall::cli {

struct WatchedProcess {
  int status = 0;        // As a shell has it: 128 and the number of the signal that ended it.
  std::string errors{};  // The last part of what it wrote to stderr.
  std::string fault{};   // Why it could not be started; empty when it was.
};

// Runs a program with the streams of this one. What it writes to stderr is passed on at once, and
// the last megabyte of it kept. SIGINT and SIGQUIT of the terminal reach the program and not this
// one; SIGTERM and SIGHUP are passed on.
[[nodiscard]] WatchedProcess run_watched(std::vector<std::string> arguments);

}  // namespace rolecall::cli
