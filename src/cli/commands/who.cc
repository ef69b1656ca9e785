// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/chains.h"
#include "rolecall/reach/estate_gaps.h"
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
    const NamedRole named = find_named_role(estate, role_, console);
    if (named.role == nullptr && named.gaps.empty()) return ExitStatus::Failed;
    if (chains_) return print_chains(estate, named, diagnostics, console);
    WhoAnswer answer =
        named.role != nullptr ? find_who(estate, *named.role) : untold<WhoAnswer>(named);
    if (named.role != nullptr) append(answer.gaps, list_file_gaps(estate));
    const WhoReport report{estate, answer, diagnostics, all_};
    options_.print_or_draw(report, &write_who_json, &write_who_text, console);
    return status(answer.trust_known, hides_some(answer.gaps));
  }

 private:
  ExitStatus count_every(const Estate& estate, const Diagnostics& diagnostics, Console& console) {
    Progress progress(console, "roles looked at");
    const WhoIndex& index = lasting_index(estate);
    const std::vector<WhoCount> roles =
        count_who(index, [&](std::size_t done, std::size_t of) { progress.show(done, of); });
    progress.clear();
    const std::vector<WhoGap> gaps = list_role_gaps(estate);
    const WhoEveryReport report{estate, roles, gaps, diagnostics, all_};
    options_.print(report, &write_who_every_json, &write_who_every_text, console);
    const bool known = std::all_of(roles.begin(), roles.end(), [](const WhoCount& each) {
      return each.trust_known && !each.hides;
    });
    return status(known, hides_some(gaps));
  }

  ExitStatus print_chains(const Estate& estate, const NamedRole& named,
                          const Diagnostics& diagnostics, Console& console) const {
    ChainsAnswer answer = named.role != nullptr
                              ? find_chains(WhoIndex(estate), *named.role, limits_)
                              : untold<ChainsAnswer>(named);
    if (named.role != nullptr) {
      append(answer.gaps, list_user_gaps(estate));
      append(answer.gaps, list_role_gaps(estate));
    }
    const ChainsReport report{estate, answer, diagnostics, all_};
    options_.print_or_draw(report, &write_chains_json, &write_chains_text, console);
    return status(answer.trust_known, hides_some(answer.gaps));
  }

  // The answer for a role that may exist.
  template <typename Answer>
  static Answer untold(const NamedRole& named) {
    Answer answer;
    answer.role = &named.stand_in;
    answer.account = named.account;
    answer.gaps = named.gaps;
    answer.trust_known = false;
    return answer;
  }

  static ExitStatus status(bool trust_known, bool hides) {
    return trust_known && !hides ? ExitStatus::Allowed : ExitStatus::Undecided;
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
