// SPDX-License-Identifier: Apache-2.0
#include "support/program.h"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace rolecall {

TemporaryFolder::TemporaryFolder() {
  std::string name = testing::TempDir() + "/rolecall-XXXXXX";
  if (mkdtemp(name.data()) != nullptr) folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void TemporaryFolder::write(const std::string& name, std::string_view text) const {
  std::filesystem::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

std::string TemporaryFolder::read(const std::string& name) const {
  std::ifstream in(folder_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ProgramResult run_program(std::vector<std::string> arguments, const TemporaryFolder& folder) {
  arguments.insert(arguments.begin(), ROLECALL_PROGRAM);
  std::vector<char*> argv;
  for (std::string& each : arguments) argv.push_back(each.data());
  argv.push_back(nullptr);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  constexpr mode_t kMode = 0600;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, folder.path("out").c_str(), kFlags,
                                   kMode);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, folder.path("err").c_str(), kFlags,
                                   kMode);
  ProgramResult result;
  pid_t process = 0;
  int status = 0;
  const bool started = posix_spawn(&process, argv[0], &files, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&files);
  if (started && waitpid(process, &status, 0) == process && WIFEXITED(status)) {
    result.status = WEXITSTATUS(status);
  }
  result.out = folder.read("out");
  result.err = folder.read("err");
  return result;
}

}  // namespace rolecall
