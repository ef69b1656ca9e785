// SPDX-License-Identifier: Apache-2.0
// How long one `rolecall explain` on a small estate takes from start to end, and how much memory:
// what a person waits for. Prints medians.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "program_run.h"

using rolecall::Run;
using rolecall::run_once;

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
