// SPDX-License-Identifier: Apache-2.0
// Reading `get-account-authorization-details` JSON as AWS CLI writes it (indented by four): the
// whole way from text to an Estate, and the JSON reader alone.
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "rolecall/estate/estate_loader.h"

#include "account_export.h"

namespace rolecall {
namespace {

constexpr int kRoles = 4000;

const std::string& export_text() {
  static const std::string kText = account_export("111122223333", kRoles);
  return kText;
}

void parse_json_only(benchmark::State& state) {
  const std::string& text = export_text();
  for (auto _ : state) {
    SourceTable sources;
    Diagnostics diagnostics;
    const auto document = parse_json(sources, sources.add("bench", text), diagnostics);
    if (!document) state.SkipWithError("not parsed");
    benchmark::DoNotOptimize(document);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_json_only)->Unit(benchmark::kMillisecond);

// From the file, as the program does it. What is measured ends when the estate is complete.
void load_export(benchmark::State& state) {
  const auto path = std::filesystem::temp_directory_path() /
                    fmt::format("rolecall-loading-bench-{}.gaad.json", std::random_device()());
  std::ofstream(path, std::ios::binary) << export_text();
  for (auto _ : state) {
    auto estate = std::make_unique<Estate>();
    Diagnostics diagnostics;
    load_estate({path}, *estate, diagnostics);
    if (diagnostics.error_count() > 0) state.SkipWithError("not loaded");
    benchmark::DoNotOptimize(estate->find_account("111122223333"));
    state.PauseTiming();
    estate.reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(export_text().size()));
  std::filesystem::remove(path);
}
BENCHMARK(load_export)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rolecall

BENCHMARK_MAIN();
