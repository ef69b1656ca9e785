// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "support/paths.h"
#include "support/test_folder.h"

namespace rolecall {

struct ProgramResult {
  int status = -1;  // Exit status; -1 when it did not exit.
  std::string out{};
  std::string err{};
};
// Runs the rolecall program, or another one; what it prints passes through files in `folder`.
[[nodiscard]] ProgramResult run_program(std::vector<std::string> arguments,
                                        const TestFolder& folder,
                                        const std::string& program = program_path());

}  // namespace rolecall
