// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// Splits a command line as a POSIX shell does, quotes and backslashes included; nothing is
// expanded. Nothing when a quote is not closed, or there is no word.
[[nodiscard]] std::vector<std::string> split_command(std::string_view command);

// Runs a program, found on the PATH, and returns what it writes to its standard output; its input
// is the null device, its standard error this program's. Fails when it cannot be started, does not
// end with status 0, or takes longer than `most`. Messages name the program, never its output.
[[nodiscard]] Result<std::string> run_process(std::vector<std::string> arguments,
                                              std::chrono::milliseconds most);

}  // namespace rolecall
