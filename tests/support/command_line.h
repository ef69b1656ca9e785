// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"

namespace rolecall::cli {

struct CommandLineAnswer {
  ExitStatus status = ExitStatus::Failed;
  std::string out{};
  std::string err{};
};
// Answers a command line within this process: with sanitizers the program takes longer to start
// than for most answers.
inline CommandLineAnswer answer_command_line(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"rolecall"};
  for (const std::string& each : arguments) argv.push_back(each.c_str());
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Console console{in, out, err};
  const ExitStatus status = run_program(static_cast<int>(argv.size()), argv.data(), console);
  return {status, out.str(), err.str()};
}

}  // namespace rolecall::cli
