// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <unistd.h>

#include "cli/command.h"

int main(int argc, char** argv) {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  rolecall::cli::Console console{std::cin,
                                 std::cout,
                                 std::cerr,
                                 isatty(STDIN_FILENO) != 0,
                                 isatty(STDOUT_FILENO) != 0,
                                 isatty(STDERR_FILENO) != 0,
                                 (no_color != nullptr && *no_color != '\0') ||
                                     (term != nullptr && std::strcmp(term, "dumb") == 0)};
  try {
    return static_cast<int>(rolecall::cli::run_program(argc, argv, console));
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return static_cast<int>(rolecall::cli::ExitStatus::Failed);
  }
}
