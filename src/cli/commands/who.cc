// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/who_every.h"
#include "rolecall/report/who_every_report.h"
#include "rolecall/report/who_report.h"

#include "cli/command.h"
#include "cli/estate_options.h"
#include "cli/progress.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kExamples = R"(Examples:
  rolecall who arn:aws:iam::444455556666:role/deploy --estate exports/
  rolecall who deploy --estate exports/ --all
  rolecall who arn:aws:iam::444455556666:role/deploy --estate exports/ --format json
  rolecall who --every --estate exports/)";

class Who : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kExamples));
    CLI::App* const asked = app.add_option_group("Of what");
    asked->add_option("role", role_, "ARN of the role, or its name where it is the only one");
    asked->add_flag("--every", every_, "Every role of the estate, in numbers");
    asked->require_option(1);
    options_.declare(app);
    app.add_flag("--all", all_, "List every principal, or every role");
  }

  ExitStatus run(Console& console) override {
    Estate& estate = lasting_estate();
    Diagnostics diagnostics;
    options_.load(estate, diagnostics, console);
    if (every_) return count_every(estate, diagnostics, console);
    const Role* const role = find_named_role(estate, role_, console);
    if (role == nullptr) return ExitStatus::Failed;
    WhoAnswer answer = find_who(estate, *role);
    add_file_gap(estate, answer.gaps);
    const WhoReport report{estate, answer, diagnostics, all_};
    options_.print(report, &write_who_json, &write_who_text, console);
    return answer.trust_known && !estate.incomplete ? ExitStatus::Allowed : ExitStatus::Undecided;
  }

 private:
  ExitStatus count_every(const Estate& estate, const Diagnostics& diagnostics, Console& console) {
    Progress progress(console, "roles looked at");
    const WhoIndex index(estate);
    const std::vector<WhoCount> roles =
        count_who(index, [&](std::size_t done, std::size_t of) { progress.show(done, of); });
    progress.clear();
    const WhoEveryReport report{estate, roles, diagnostics, all_};
    options_.print(report, &write_who_every_json, &write_who_every_text, console);
    const bool known = std::all_of(roles.begin(), roles.end(),
                                   [](const WhoCount& each) { return each.trust_known; });
    return known && !estate.incomplete ? ExitStatus::Allowed : ExitStatus::Undecided;
  }

  std::string role_;
  bool every_ = false;
  EstateOptions options_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_who() {
  return std::make_unique<Who>();
}

}  // namespace rolecall::cli
