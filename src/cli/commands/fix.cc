// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/explain_report.h"
#include "rolecall/trail/question.h"

#include "cli/command.h"
#include "cli/explain_output.h"
#include "cli/fix_files.h"
#include "cli/live_state.h"
#include "cli/question_options.h"
#include "cli/service_question.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kFixExamples = R"(Examples:
  rolecall fix --error error.txt --estate exports/ --output-dir fixed/
  rolecall fix --request request.json --estate exports/ --output-dir fixed/ --choose 2
  rolecall fix --error error.txt --estate exports/ --print aws

Only changed files are written, under their own names; a changed call is request.json.
`rolecall explain` shows the fixes and their numbers.)";

std::string find_bad_number(std::string& value) {
  std::size_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc() && stop == end && number > 0) return "";
  return fmt::format("`{}` is no number of a fix\ngive 1, 2, ... as explain numbers them", value);
}

class FixCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kFixExamples));
    declare_question(app, in_);
    declare_live(app, live_);
    declare_service(app, live_.service);
    app.add_option("--output-dir", folder_, "Folder to write the changed files to");
    std::vector<std::string> forms;
    for (const FixFormRow& row : fix_form_table()) forms.emplace_back(row.name);
    app.add_option("--print", form_, "Print the fix in this form")->check(CLI::IsMember(forms));
    app.add_option("--choose", choice_, "Number of the fix; the best one when not given")
        ->check(CLI::Validator(&find_bad_number, ""));
    app.add_flag("--interactive", interactive_, "Show the fixes and ask for a number");
    app.add_option("--color", color_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.add_flag("--quiet", quiet_, "Only the names of the files");
    declare_limits(app, in_.limits);
  }

  ExitStatus run(Console& console) override {
    if (const auto fault = find_fault(live_, in_, "fix")) {
      console.err << "error: " << fault->message << "\n  = help: " << fault->help << "\n";
      return ExitStatus::Usage;
    }
    if (folder_.empty() && form_.empty()) {
      return usage(console, "nowhere to put the fix: give --output-dir or --print");
    }
    if (interactive_ && !console.in_is_terminal) {
      return usage(console, "--interactive needs a terminal");
    }
    Estate estate;
    Diagnostics diagnostics;
    if (live_.is_on()) {
      auto not_read = read_live(live_, in_, /*verbose=*/false, console);
      if (!not_read) return ExitStatus::Failed;
      not_read_ = *std::move(not_read);
      // Printed, as fixes are proven without the data that could not be read.
      print_not_read(not_read_, console.err);
    }
    const auto questions = read_questions(in_, estate, diagnostics, quiet_, console);
    if (!questions) return ExitStatus::Failed;
    return fix_denied(*questions, estate, diagnostics, console);
  }

 private:
  static ExitStatus usage(Console& console, std::string_view message) {
    console.err << "error: " << message << "\n  = help: rolecall fix --help shows examples\n";
    return ExitStatus::Usage;
  }

  // The first denied question is fixed; the others are only named.
  ExitStatus fix_denied(const std::vector<Question>& questions, const Estate& estate,
                        const Diagnostics& diagnostics, Console& console) const {
    ExitStatus status = ExitStatus::Allowed;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      const Question& question = questions[i];
      const ErrorEvidence* said = question.evidence ? &*question.evidence : nullptr;
      const Diagnosis diagnosis = diagnose(estate, question.request, said);
      const Decision decision = diagnosis.decision.decision;
      if (status_of(diagnosis) == ExitStatus::Denied) {
        const auto fixes = find_fixes(estate, question.request, diagnosis);
        const ExplainAnswer answer{estate, question.request, diagnosis, diagnostics, said,
                                   fixes,  not_read_};
        status = fix(question, answer, console);
        const bool others = name_denied(std::span(questions).subspan(i + 1), estate, console);
        return status == ExitStatus::Allowed && others ? ExitStatus::Denied : status;
      }
      if (decision != Decision::Allowed) status = ExitStatus::Undecided;
    }
    console.err << (status == ExitStatus::Allowed
                        ? "note: the call is allowed: there is nothing to fix\n"
                        : "note: whether the call is denied cannot be told: there is nothing to "
                          "prove a fix by\n  = help: rolecall explain says what would settle it\n");
    return status;
  }

  // Names denied questions, on which the fix was not tried. Returns whether there are any.
  static bool name_denied(std::span<const Question> questions, const Estate& estate,
                          Console& console) {
    bool any = false;
    for (const Question& each : questions) {
      const bool allowed = each.evidence && each.evidence->allowed;
      if (allowed || decide(estate, each.request).decision != Decision::Denied) continue;
      any = true;
      console.err << fmt::format(
          "note: {} on `{}` is denied too, and this fix was not tried on it\n"
          "  = help: ask for it alone with --to\n",
          escape_for_terminal(each.request.action), escape_for_terminal(each.request.role));
    }
    return any;
  }

  ExitStatus fix(const Question& question, const ExplainAnswer& answer, Console& console) const {
    const bool color =
        color_ == "always" || (color_ == "auto" && console.out_is_terminal && !console.no_color);
    const TextStyle style{color, false, false};
    if (interactive_) console.err << write_fixes(answer, style);
    const auto index = chosen(answer, console);
    if (!index) {
      // A change outside of all files is only reported.
      if (!answer.fixes.empty() && !quiet_ && form_.empty()) {
        console.out << write_fixes(answer, style);
      }
      return ExitStatus::Denied;
    }
    const VerifiedFix& fix = answer.fixes[*index];
    if (const auto form = find_fix_form(form_)) {
      console.out << write_fix_form(answer, call_text(question, answer.estate, in_), fix, *form);
    } else if (!quiet_) {
      ExplainAnswer one = answer;
      one.fixes = answer.fixes.subspan(*index, 1);
      console.out << write_fixes(one, style);
    }
    return folder_.empty() ? ExitStatus::Allowed : write(fix, question, answer.estate, console);
  }

  ExitStatus write(const VerifiedFix& fix, const Question& question, const Estate& estate,
                   Console& console) const {
    const auto files = fixed_files(fix, estate, question, in_);
    if (!files) return failed(files.error(), console);
    if (!proves_again(*files, fix, in_)) {
      console.err << "error: read again, the changed files do not repair the call; nothing was "
                     "written\n";
      return ExitStatus::Failed;
    }
    const auto written = write_files(*files, input_files(estate, in_), folder_);
    if (!written) return failed(written.error(), console);
    // With --print, the form is the whole output.
    std::ostream& out = form_.empty() ? console.out : console.err;
    for (const std::string& each : *written) {
      out << (quiet_ ? "" : "wrote ") << escape_for_terminal(each) << '\n';
    }
    return ExitStatus::Allowed;
  }

  static ExitStatus failed(const Diagnostic& diagnostic, Console& console) {
    console.err << render(diagnostic, SourceTable());
    return ExitStatus::Failed;
  }

  // The fix to write; nothing when there is none.
  std::optional<std::size_t> chosen(const ExplainAnswer& answer, Console& console) const {
    const std::size_t count = answer.fixes.size();
    if (count == 0) {
      console.err << "note: no fix could be proven\n";
      return std::nullopt;
    }
    std::size_t number = choice_;
    if (interactive_) number = ask(count, console);
    if (number == 0 && !interactive_) return best(answer, console);
    if (number == 0 || number > count) {
      console.err << fmt::format("note: there is no fix {}: choose one of 1 to {}\n", number,
                                 count);
      return std::nullopt;
    }
    if (folder_.empty() || answer.fixes[number - 1].writes_files()) return number - 1;
    console.err << fmt::format(
        "note: fix {} needs an act that no file shows; nothing was written\n", number);
    return std::nullopt;
  }

  // The first fix; if it is outside of all files, the next that writes files and opens nothing.
  std::optional<std::size_t> best(const ExplainAnswer& answer, Console& console) const {
    if (folder_.empty()) return 0;
    for (std::size_t i = 0; i < answer.fixes.size(); ++i) {
      const VerifiedFix& each = answer.fixes[i];
      if (each.writes_files() && (i == 0 || !each.opens())) return i;
    }
    console.err << "note: the best fix needs an act that no file shows; nothing was written\n";
    if (answer.fixes.size() > 1) {
      console.err << "  = help: --choose N takes another one\n";
    }
    return std::nullopt;
  }

  // The number in the answer; zero when it is not a number.
  static std::size_t ask(std::size_t count, Console& console) {
    console.err << fmt::format("\nWhich fix, 1 to {}? ", count) << std::flush;
    std::string line;
    std::getline(console.in, line);
    const std::string_view digits = trim(line);
    std::size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }

  QuestionInputs in_;
  LiveOptions live_;
  std::vector<Unknown> not_read_;
  std::string folder_;
  std::string form_;
  std::size_t choice_ = 0;
  std::string color_ = "auto";
  bool interactive_ = false;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> make_fix() {
  return std::make_unique<FixCommand>();
}

}  // namespace rolecall::cli
