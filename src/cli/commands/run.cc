// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/diagnose/denial_stream.h"

#include "cli/command.h"
#include "cli/explain_output.h"
#include "cli/live_state.h"
#include "cli/question_options.h"
#include "cli/watched_process.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kRunExamples = R"(Examples:
  rolecall run -- terraform apply
  rolecall run --estate exports/ -- aws s3 ls
  rolecall run --live --role-account-profile ops -- ./deploy.sh

What the command prints passes through as it is, and its exit status is that of rolecall. When it
has ended, denials of role assumptions that it told on stderr are explained there.)";

class Run : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kRunExamples));
    declare_live(app, live_);
    app.add_option("--estate", in_.estate, "Folder or file of exports; repeatable")
        ->take_all()
        ->check(not_empty());
    app.add_option("--region", in_.region, "Region of the STS endpoint")->check(not_empty());
  }

  [[nodiscard]] std::string_view tail_option() const override { return "--"; }
  void take_tail(const std::vector<std::string>& tail) override { command_ = tail; }

  ExitStatus run(Console& console) override {
    if (command_.empty()) {
      console.err << "error: there is no command to run\n"
                     "  = help: write it behind --, as in rolecall run -- terraform apply\n";
      return ExitStatus::Usage;
    }
    if (const auto fault = find_live_fault(live_, in_)) {
      console.err << "error: " << fault->message << "\n  = help: " << fault->help << "\n";
      return ExitStatus::Usage;
    }
    DenialStream denials;
    const WatchedProcess done =
        run_watched(command_, [&](std::string_view text) { denials.add(text); });
    if (!done.fault.empty()) {
      console.err << fmt::format("error: `{}` cannot be started: {}\n",
                                 escape_for_terminal(command_[0]), done.fault);
      return static_cast<ExitStatus>(done.status);
    }
    // Nothing is printed about other failures, which are most of them.
    if (done.status != 0) in_.denials = denials.finish();
    if (!in_.denials.empty()) explain(console);
    if (denials.cut()) {
      console.err << "note: there were more denials, which are not explained\n"
                     "  = help: save stderr to a file, and give it to rolecall explain --error\n";
    }
    return static_cast<ExitStatus>(done.status);
  }

 private:
  void explain(Console& console) {
    console.err << "\n";
    std::vector<Unknown> not_read;
    if (live_.is_on()) {
      // When AWS cannot be read, the error text alone is explained.
      auto read = read_live(live_, in_, /*verbose=*/false, console);
      if (read) not_read = *std::move(read);
    }
    Estate estate;
    Diagnostics diagnostics;
    const auto questions = read_questions(in_, estate, diagnostics, /*quiet=*/false, console);
    if (!questions) return;
    write_text_answers({*questions, estate, diagnostics, not_read}, {}, console.err);
  }

  QuestionInputs in_;
  LiveOptions live_;
  std::vector<std::string> command_;
};

}  // namespace

std::unique_ptr<Command> make_run() {
  return std::make_unique<Run>();
}

}  // namespace rolecall::cli
