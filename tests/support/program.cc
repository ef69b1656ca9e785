// SPDX-License-Identifier: Apache-2.0
#include "support/program.h"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rolecall {

namespace {

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

ProgramResult run_program(std::vector<std::string> arguments, const TestFolder& folder,
                          const std::string& program) {
  arguments.insert(arguments.begin(), program);
  const std::string out = (folder.path() / "out").string();
  const std::string err = (folder.path() / "err").string();
  std::vector<char*> argv;
  for (std::string& each : arguments) argv.push_back(each.data());
  argv.push_back(nullptr);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  constexpr mode_t kMode = 0600;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), kFlags, kMode);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), kFlags, kMode);
  ProgramResult result;
  pid_t process = 0;
  int status = 0;
  const bool started = posix_spawn(&process, argv[0], &files, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&files);
  if (started && waitpid(process, &status, 0) == process && WIFEXITED(status)) {
    result.status = WEXITSTATUS(status);
  }
  result.out = read(out);
  result.err = read(err);
  return result;
}

}  // namespace rolecall
