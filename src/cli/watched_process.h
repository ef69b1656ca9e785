// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall::cli {

struct WatchedProcess {
  int status = 0;       // As a shell has it: 128 plus the number of the signal that ended it.
  std::string fault{};  // Why it could not be started; empty when it was.
};

// Runs a program with the streams of this one. What it writes to stderr is passed on at once, and
// also to `look`. Returns soon after the program has ended, even if a child of it still has stderr
// open. This process ignores SIGINT and SIGQUIT, which the terminal sends to the program too, and
// passes SIGTERM and SIGHUP on to it.
[[nodiscard]] WatchedProcess run_watched(std::vector<std::string> arguments,
                                         const std::function<void(std::string_view)>& look);

}  // namespace rolecall::cli
