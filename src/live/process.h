// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// Splits a command line into words as a POSIX shell does, with quotes and backslashes but without
// expansion. Empty when a quote is not closed or there are no words.
[[nodiscard]] std::vector<std::string> split_command(std::string_view command);

// Runs a program, found on the PATH, and returns its standard output. Its standard input is the
// null device, its standard error that of this process. Fails when it cannot be started, does not
// end with status 0, or takes longer than `most`. Messages name the program but do not quote its
// output.
[[nodiscard]] Result<std::string> run_process(std::vector<std::string> arguments,
                                              std::chrono::milliseconds most);

}  // namespace rolecall
