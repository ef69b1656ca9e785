// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <string>
#include <thread>

#include "cli/case_pipeline.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/question_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kSimulateExamples = R"(Examples:
  rolecall simulate --cases cases.jsonl > results.jsonl
  make-cases | rolecall simulate --cases - --trace

The format of cases and results: docs/simulate-format.md)";

class Simulate : public Command {
 public:
  void declare(CLI::App& app) override {
    const std::size_t processors = std::max(std::thread::hardware_concurrency(), 1U);
    options_.jobs = processors;
    options_.max_line_bytes = std::size_t{16} << 20;
    app.footer(std::string(kSimulateExamples));
    app.add_option("--cases", cases_, "File with a JSON case a line; - is stdin")->required();
    app.add_flag("--strict", options_.cases.strict,
                 "Policies that AWS would refuse to store make a case invalid");
    app.add_flag("--trace", options_.cases.trace, "Add gates and the outcome of every statement");
    app.add_option("--jobs", options_.jobs, "Threads; one per processor unless given")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1024}));
    app.add_option("--max-line-bytes", options_.max_line_bytes, "Longest line that is read")
        ->check(whole_number(kUnbounded))
        ->capture_default_str();
    declare_json_limits(app, options_.cases.limits, "case");
  }

  ExitStatus run(Console& console) override {
    auto lines = LineReader::open(cases_, options_.max_line_bytes);
    if (!lines) return fail(lines.error(), console);
    options_.cases.limits.max_bytes = options_.max_line_bytes;
    Progress progress(console, "cases decided");
    // Results on the same terminal show the progress themselves.
    if (!console.out_is_terminal) options_.progress = [&](std::size_t n) { progress.show(n); };
    const auto fault = run_case_pipeline(*lines, console.out, options_);
    progress.clear();
    return fault ? fail(*fault, console) : ExitStatus::Allowed;
  }

 private:
  static ExitStatus fail(const Diagnostic& fault, Console& console) {
    console.err << render(fault, SourceTable());
    return ExitStatus::Failed;
  }

  std::string cases_;
  PipelineOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_simulate() {
  return std::make_unique<Simulate>();
}

}  // namespace rolecall::cli
