// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  void write(const std::string& name, std::string_view text) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

struct ProgramResult {
  int status = -1;  // Exit status; -1 when it did not exit.
  std::string out{};
  std::string err{};
};
// Runs the rolecall program; what it prints passes through files in `folder`.
[[nodiscard]] ProgramResult run_program(std::vector<std::string> arguments,
                                        const TemporaryFolder& folder);

}  // namespace rolecall
