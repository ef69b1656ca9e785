// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/chains.h"
#include "rolecall/reach/who_every.h"
#include "rolecall/report/chains_report.h"
#include "rolecall/report/who_every_report.h"
#include "rolecall/report/who_report.h"

#include "cli/command.h"
#include "cli/estate_options.h"
#include "cli/progress.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kWhoExamples = R"(Examples:
  rolecall who arn:aws:iam::444455556666:role/deploy --estate exports/
  rolecall who deploy --estate exports/ --all
  rolecall who deploy --estate exports/ --chains
  rolecall who arn:aws:iam::444455556666:role/deploy --estate exports/ --format json
  rolecall who --every --estate exports/)";

class Who : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kWhoExamples));
    app.add_option("role", role_, "ARN of the role, or its name where it is the only one");
    CLI::Option* const every =
        app.add_flag("--every", every_, "Every role of the estate, in numbers");
    options_.declare(app, kDrawnFormats);
    app.add_flag("--all", all_, "List every principal, or every role");
    CLI::Option* const chains =
        app.add_flag("--chains", chains_, "Everyone who can end up in it, over other roles as well")
            ->excludes(every);
    app.add_option("--max-hops", limits_.max_hops, "Most calls of a chain")
        ->needs(chains)
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
  }

  ExitStatus run(Console& console) override {
    if (role_.empty() != every_) {
      console.err << "error: give one role, or --every\n"
                     "  = help: rolecall who --help lists its options\n";
      return ExitStatus::Usage;
    }
    if (every_ && options_.draws()) {
      console.err << "error: a graph is drawn of one role, not of every role\n";
      return ExitStatus::Usage;
    }
    Estate& estate = lasting_estate();
    Diagnostics diagnostics;
    options_.load(estate, diagnostics, console);
    if (every_) return count_every(estate, diagnostics, console);
    const Role* const role = find_named_role(estate, role_, console);
    if (role == nullptr) return lacking(estate);
    if (chains_) return print_chains(estate, *role, diagnostics, console);
    WhoAnswer answer = find_who(estate, *role);
    add_file_gap(estate, answer.gaps);
    const WhoReport report{estate, answer, diagnostics, all_};
    options_.print_or_draw(report, &write_who_json, &write_who_text, console);
    return status(estate, answer.trust_known);
  }

 private:
  ExitStatus count_every(const Estate& estate, const Diagnostics& diagnostics, Console& console) {
    Progress progress(console, "roles looked at");
    const WhoIndex& index = lasting_index(estate);
    const std::vector<WhoCount> roles =
        count_who(index, [&](std::size_t done, std::size_t of) { progress.show(done, of); });
    progress.clear();
    const WhoEveryReport report{estate, roles, diagnostics, all_};
    options_.print(report, &write_who_every_json, &write_who_every_text, console);
    const bool known = std::all_of(roles.begin(), roles.end(),
                                   [](const WhoCount& each) { return each.trust_known; });
    return status(estate, known);
  }

  ExitStatus print_chains(const Estate& estate, const Role& role, const Diagnostics& diagnostics,
                          Console& console) const {
    ChainsAnswer answer = find_chains(WhoIndex(estate), role, limits_);
    add_file_gap(estate, answer.gaps);
    const ChainsReport report{estate, answer, diagnostics, all_};
    options_.print_or_draw(report, &write_chains_json, &write_chains_text, console);
    return status(estate, answer.trust_known);
  }

  static ExitStatus status(const Estate& estate, bool trust_known) {
    return trust_known && !estate.incomplete ? ExitStatus::Allowed : ExitStatus::Undecided;
  }

  std::string role_;
  bool every_ = false;
  EstateOptions options_;
  WalkLimits limits_{};
  bool all_ = false;
  bool chains_ = false;
};

}  // namespace

std::unique_ptr<Command> make_who() {
  return std::make_unique<Who>();
}

}  // namespace rolecall::cli
