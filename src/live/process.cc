// SPDX-License-Identifier: Apache-2.0
#include "live/process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

extern "C" char** environ;  // NOLINT(readability-identifier-naming): named by POSIX.

namespace rolecall {

namespace {

constexpr std::size_t kMaxOutput = std::size_t{1} << 20;

using Clock = std::chrono::steady_clock;

struct Child {
  pid_t id = 0;
  int output = -1;  // The reading end of the pipe.
};

// Starts the program. Returns an error number, or zero.
int start_child(std::vector<std::string>& arguments, Child& child) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return errno;
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& each : arguments) argv.push_back(each.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, pipe_ends[1], STDOUT_FILENO);
  const int error = posix_spawnp(&child.id, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  close(pipe_ends[1]);
  child.output = pipe_ends[0];
  if (error != 0) close(child.output);
  return error;
}

// Reads the output. False when the program does not end in time, or writes too much.
bool read_output(const Child& child, Clock::time_point end, std::string& text) {
  std::array<char, 4096> block{};
  while (text.size() <= kMaxOutput) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{child.output, POLLIN, 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::min<long>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    const ssize_t got = read(child.output, block.data(), block.size());
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) text.append(block.data(), static_cast<std::size_t>(got));
  }
  return false;
}

// False when the program does not end in time; the caller then kills it. It shares this program's
// process group, as it may read from the terminal, so programs that it started are not killed.
bool wait_for_end(const Child& child, Clock::time_point end, int& status) {
  while (true) {
    const pid_t ended = waitpid(child.id, &status, WNOHANG);
    if (ended == child.id || (ended < 0 && errno != EINTR)) return true;
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

std::vector<std::string> split_command(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const bool escape = c == '\\' && quote != '\'' && i + 1 < command.size() &&
                        (quote == '\0' || command[i + 1] == '"' || command[i + 1] == '\\');
    if (escape) {
      word += command[++i];
      in_word = true;
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != '\0') return {};
  if (in_word) words.push_back(std::move(word));
  return words;
}

Result<std::string> run_process(std::vector<std::string> arguments,
                                std::chrono::milliseconds most) {
  Child child;
  const std::string name = arguments[0];
  if (const int error = start_child(arguments, child); error != 0) {
    return fail(DiagnosticCode::NoCredentials, fmt::format("`{}` cannot be started: {}", name,
                                                           std::generic_category().message(error)));
  }
  std::string output;
  const Clock::time_point end = Clock::now() + most;
  bool ended = read_output(child, end, output);
  close(child.output);
  int status = 0;
  ended = ended && wait_for_end(child, end, status);
  if (!ended) {
    kill(child.id, SIGKILL);
    while (waitpid(child.id, &status, 0) < 0 && errno == EINTR) {
    }
    return fail(DiagnosticCode::NoCredentials,
                fmt::format("`{}` did not end in time, and was stopped", name));
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(DiagnosticCode::NoCredentials,
                WIFEXITED(status)
                    ? fmt::format("`{}` ended with status {}", name, WEXITSTATUS(status))
                    : fmt::format("`{}` was ended by a signal", name));
  }
  return output;
}

}  // namespace rolecall
