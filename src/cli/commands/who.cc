// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <string>
#include <string_view>

#include "rolecall/report/who_report.h"

#include "cli/command.h"
#include "cli/estate_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kExamples = R"(Examples:
  rolecall who arn:aws:iam::444455556666:role/deploy --estate exports/
  rolecall who deploy --estate exports/ --all
  rolecall who arn:aws:iam::444455556666:role/deploy --estate exports/ --format json)";

class Who : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kExamples));
    app.add_option("role", role_, "ARN of the role, or its name where it is the only one")
        ->required();
    options_.declare(app);
    app.add_flag("--all", all_, "List every principal");
  }

  ExitStatus run(Console& console) override {
    Estate estate;
    Diagnostics diagnostics;
    options_.load(estate, diagnostics, console);
    const Role* const role = find_named_role(estate, role_, console);
    if (role == nullptr) return ExitStatus::Failed;
    WhoAnswer answer = find_who(estate, *role);
    add_file_gap(estate, answer.gaps);
    const WhoReport report{estate, answer, diagnostics, all_};
    options_.print(report, &write_who_json, &write_who_text, console);
    return answer.trust_known && !estate.incomplete ? ExitStatus::Allowed : ExitStatus::Undecided;
  }

 private:
  std::string role_;
  EstateOptions options_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_who() {
  return std::make_unique<Who>();
}

}  // namespace rolecall::cli
