// SPDX-License-Identifier: Apache-2.0
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

constexpr std::string_view kPathExamples = R"(Examples:
  rolecall path arn:aws:iam::111122223333:user/ann deploy --estate exports/
  rolecall path service:lambda.amazonaws.com arn:aws:iam::444455556666:role/admin \
    --estate exports/ --all --max-hops 4)";

class Path : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kPathExamples));
    app.add_option("from", from_, std::string(kWalkStartForms))
        ->required()
        ->check(CLI::Validator(&find_walk_fault, ""));
    app.add_option("to", to_, "ARN of the role, or its name where it is the only one")->required();
    options_.declare(app, kDrawnFormats);
    app.add_flag("--all", all_, "Every way that visits no role twice, not the shortest alone");
    app.add_option("--max-hops", limits_.max_hops, "Most calls of a chain")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
  }

  ExitStatus run(Console& console) override {
    Estate& estate = lasting_estate();
    Diagnostics diagnostics;
    options_.load(estate, diagnostics, console);
    const NamedStart from = find_start(estate, from_, console);
    if (!from.start && from.gaps.empty()) return ExitStatus::Failed;
    const NamedRole to = find_named_role(estate, to_, console);
    if (to.role == nullptr && to.gaps.empty()) return ExitStatus::Failed;
    const WhoIndex& index = lasting_index(estate);
    std::vector<WalkStart> starts;
    PathAnswer answer;
    if (from.start && to.role != nullptr) {
      starts = stands_for(index, *from.start);
      answer = find_paths(index, starts, *to.role, all_, limits_);
      append(answer.reach.gaps, list_role_gaps(estate));
    } else {
      append(answer.reach.gaps, from.start ? to.gaps : from.gaps);
    }
    const Role& shown = to.role != nullptr ? *to.role : to.stand_in;
    const PathReport report{estate, answer, diagnostics, from_, shown, starts};
    options_.print_or_draw(report, &write_path_json, &write_path_text, console);
    return estate.incomplete ? ExitStatus::Undecided : status(answer);
  }

 private:
  // The status as for one call: allowed, denied, or undecided.
  static ExitStatus status(const PathAnswer& answer) {
    if (answer.paths.empty()) {
      return answer.reach.gaps.empty() ? ExitStatus::Denied : ExitStatus::Undecided;
    }
    for (const Hop& hop : answer.paths[0]) {
      if (hop.condition != ResidualTable::kAlways) return ExitStatus::Undecided;
    }
    return ExitStatus::Allowed;
  }

  std::string from_;
  std::string to_;
  EstateOptions options_;
  WalkLimits limits_{};
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_path() {
  return std::make_unique<Path>();
}

}  // namespace rolecall::cli
