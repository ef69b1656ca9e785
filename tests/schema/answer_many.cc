// SPDX-License-Identifier: Apache-2.0
// Answers one command line after the other. A command line is its arguments and an empty one, each
// ended by a zero byte. An answer is the sizes of what goes to stdout and to stderr, on a line, and
// both.
#include <iostream>
#include <string>
#include <vector>

#include "support/command_line.h"

int main() {
  std::vector<std::string> arguments;
  std::string argument;
  while (std::getline(std::cin, argument, '\0')) {
    if (!argument.empty()) {
      arguments.push_back(argument);
      continue;
    }
    const auto answer = rolecall::cli::answer_command_line(arguments);
    std::cout << answer.out.size() << ' ' << answer.err.size() << '\n'
              << answer.out << answer.err << std::flush;
    arguments.clear();
  }
}
