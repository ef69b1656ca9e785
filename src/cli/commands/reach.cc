// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/walk.h"
#include "rolecall/report/walk_report.h"

#include "cli/command.h"
#include "cli/estate_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kReachExamples = R"(Examples:
  rolecall reach arn:aws:iam::111122223333:user/ann --estate exports/
  rolecall reach service:lambda.amazonaws.com --estate exports/ --all
  rolecall reach oidc:token.actions.githubusercontent.com:repo:acme/shop:ref:refs/heads/main \
    --estate exports/
  rolecall reach external --estate exports/ --format dot | dot -Tsvg > reach.svg)";

class Reach : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kReachExamples));
    app.add_option("principal", from_, std::string(kWalkStartForms))
        ->required()
        ->check(CLI::Validator(&find_walk_fault, ""));
    options_.declare(app, kDrawnFormats);
    app.add_flag("--all", all_, "List every role");
    app.add_option("--max-hops", limits_.max_hops, "Most calls of a chain")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
  }

  ExitStatus run(Console& console) override {
    Estate& estate = lasting_estate();
    Diagnostics diagnostics;
    options_.load(estate, diagnostics, console);
    const auto start = find_start(estate, from_, console);
    if (!start) return lacking(estate);
    const WhoIndex& index = lasting_index(estate);
    const std::vector<WalkStart> starts = stands_for(index, *start);
    ReachAnswer answer = find_reach(index, starts, limits_);
    add_file_gap(estate, answer.gaps);
    const ReachReport report{estate, answer, diagnostics, from_, starts, all_};
    options_.print_or_draw(report, &write_reach_json, &write_reach_text, console);
    return estate.incomplete ? ExitStatus::Undecided : ExitStatus::Allowed;
  }

 private:
  std::string from_;
  EstateOptions options_;
  WalkLimits limits_{};
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_reach() {
  return std::make_unique<Reach>();
}

}  // namespace rolecall::cli
