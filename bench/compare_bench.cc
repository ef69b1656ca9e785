// SPDX-License-Identifier: Apache-2.0
// Comparisons of two versions of a role trust policy, already parsed: ordinary statements with
// small edits, as the tests make them. Prints the median and the slowest of many pairs.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "rolecall/eval/policy_compare.h"

#include "compare/random_pair.h"

namespace rolecall {
namespace {

struct Versions {
  SourceTable sources{};
  Policy before{};
  Policy after{};

  explicit Versions(const random::PolicyPair& pair) {
    before = parse(random::policy_json(pair.before));
    after = parse(random::policy_json(pair.after));
  }

 private:
  Policy parse(std::string text) {
    Diagnostics ignored;
    const DocumentId document = sources.add("policy", std::move(text));
    return *parse_policy(sources, document, PolicyKind::Trust, ignored);
  }
};

double microseconds_for(const Versions& versions) {
  const auto start = std::chrono::steady_clock::now();
  const PolicyComparison result = compare_policies(versions.before, versions.after);
  benchmark::DoNotOptimize(result);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count();
}

void compare_trust_policies(benchmark::State& state) {
  constexpr std::uint64_t kPairs = 2000;
  std::vector<std::unique_ptr<Versions>> pairs;
  for (std::uint64_t seed = 0; seed < kPairs; ++seed) {
    pairs.push_back(std::make_unique<Versions>(random::make_trust_pair(seed)));
  }
  std::vector<double> times;
  for (auto _ : state) {
    times.clear();
    for (const auto& each : pairs) times.push_back(microseconds_for(*each));
  }
  std::sort(times.begin(), times.end());
  state.counters["median_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
  state.counters["slowest_us"] = times.back();
}
BENCHMARK(compare_trust_policies)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rolecall

BENCHMARK_MAIN();
