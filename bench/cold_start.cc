// SPDX-License-Identifier: Apache-2.0
// How long one `rolecall explain` on a small estate takes from start to end, and how much memory:
// what a person waits for. Prints medians.
#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/core.h>

namespace {

struct Run {
  double milliseconds = 0;
  long kilobytes = 0;
};

Run run_once(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& each : arguments) argv.push_back(const_cast<char*>(each.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int fault = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  if (fault != 0) throw std::system_error(fault, std::generic_category(), argv[0]);
  rusage usage{};
  int status = 0;
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);
  return {taken.count(), usage.ru_maxrss};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = argc > 1 ? argv[1] : ROLECALL_PROGRAM;
  const std::string example = std::string(ROLECALL_SOURCE_DIR) + "/examples/two-accounts";
  const std::vector<std::string> arguments = {program,     "explain",
                                              "--request", example + "/request.json",
                                              "--error",   example + "/error.txt",
                                              "--estate",  example + "/estate"};
  constexpr std::size_t kRuns = 101;
  std::vector<Run> runs;
  for (std::size_t i = 0; i < kRuns; ++i) runs.push_back(run_once(arguments));
  const auto middle = runs.begin() + kRuns / 2;
  std::nth_element(runs.begin(), middle, runs.end(),
                   [](const Run& a, const Run& b) { return a.milliseconds < b.milliseconds; });
  const double median = middle->milliseconds;
  const auto largest = std::max_element(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
    return a.kilobytes < b.kilobytes;
  });
  fmt::print(
      "cold start of explain on two accounts: median {:.1f} ms over {} runs, at most {:.1f} "
      "MB\n",
      median, kRuns, static_cast<double>(largest->kilobytes) / 1024);
  return 0;
}
