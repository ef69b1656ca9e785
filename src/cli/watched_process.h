// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall::cli {

struct WatchedProcess {
  int status = 0;       // As a shell has it: 128 and the number of the signal that ended it.
  std::string fault{};  // Why it could not be started; empty when it was.
};

// Runs a program with the streams of this one. What it writes to stderr is passed on at once, and
// to `look` as well. Ends soon after the program, whoever it left behind with its stderr. SIGINT
// and SIGQUIT of the terminal reach the program and not this one; SIGTERM and SIGHUP are passed on.
[[nodiscard]] WatchedProcess run_watched(std::vector<std::string> arguments,
                                         const std::function<void(std::string_view)>& look);

}  // namespace rolecall::cli
