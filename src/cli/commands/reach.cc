// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/estate_gaps.h"
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
    const NamedStart named = find_start(estate, from_, console);
    if (!named.start && named.gaps.empty()) return ExitStatus::Failed;
    const WhoIndex& index = lasting_index(estate);
    std::vector<WalkStart> starts;
    ReachAnswer answer;
    if (named.start) {
      starts = stands_for(index, *named.start);
      answer = find_reach(index, starts, limits_);
    }
    append(answer.gaps, named.start ? list_role_gaps(estate) : named.gaps);
    const ReachReport report{estate, answer, diagnostics, from_, starts, all_};
    options_.print_or_draw(report, &write_reach_json, &write_reach_text, console);
    return status(answer);
  }

 private:
  // Undecided also when there are roles but all of them are unknown.
  static ExitStatus status(const ReachAnswer& answer) {
    const bool untold = !answer.roles.empty() &&
                        std::all_of(answer.roles.begin(), answer.roles.end(),
                                    [&](std::size_t at) { return answer.sessions[at].unknown; });
    return untold || hides_some(answer.gaps) ? ExitStatus::Undecided : ExitStatus::Allowed;
  }

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
