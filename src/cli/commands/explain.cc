// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "rolecall/report/explain_report.h"

#include "cli/command.h"
#include "cli/explain_output.h"
#include "cli/live_state.h"
#include "cli/question_options.h"
#include "cli/service_question.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kExplainExamples = R"(Examples:
  rolecall explain --error error.txt --estate exports/
  rolecall explain "An error occurred (AccessDenied) when calling ..." --trust-policy trust.json
  rolecall explain --from arn:aws:iam::111122223333:role/ci \
                   --to arn:aws:iam::444455556666:role/deploy --estate exports/
  rolecall explain --request request.json --estate exports/ --format json
  rolecall explain --profile ci --to arn:aws:iam::444455556666:role/deploy \
                   --role-account-profile ops

Make the exports with:
  aws iam get-account-authorization-details > 111122223333.gaad.json)";

class Explain : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kExplainExamples));
    declare_question(app, in_);
    declare_live(app, live_);
    declare_service(app, live_.service);
    output(app);
  }

  ExitStatus run(Console& console) override {
    Estate estate;
    Diagnostics diagnostics;
    if (const auto fault = find_fault(live_, in_, "explain")) {
      console.err << "error: " << fault->message << "\n  = help: " << fault->help << "\n";
      return ExitStatus::Usage;
    }
    if (live_.is_on()) {
      auto not_read = read_live(live_, in_, verbose_, console);
      if (!not_read) return ExitStatus::Failed;
      not_read_ = *std::move(not_read);
    }
    const auto questions = read_questions(in_, estate, diagnostics, quiet_, console);
    if (!questions) return ExitStatus::Failed;
    if (format_ == "json") return answer_json(*questions, estate, diagnostics, console);
    const bool color =
        color_ == "always" || (color_ == "auto" && console.out_is_terminal && !console.no_color);
    return write_text_answers({*questions, estate, diagnostics, not_read_},
                              {color, verbose_, quiet_}, console.out);
  }

 private:
  void output(CLI::App& app) {
    app.add_option("--format", format_, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--color", color_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.add_flag("--quiet", quiet_, "Only the answer's first line");
    app.add_flag("-v,--verbose", verbose_, "Also gates that do not apply");
    declare_limits(app, in_.limits);
  }

  // One question gives one object; several give an object with all of them in order.
  ExitStatus answer_json(const std::vector<Question>& questions, const Estate& estate,
                         const Diagnostics& diagnostics, Console& console) const {
    JsonWriter out;
    ExitStatus status = least_status(diagnostics);
    const bool several = questions.size() > 1;
    if (several) {
      out.begin_object();
      out.member("schema", "rolecall.explain-list/1");
      out.key("answers");
      out.begin_array();
    }
    for (const Question& question : questions) {
      const ErrorEvidence* said = question.evidence ? &*question.evidence : nullptr;
      const Diagnosis diagnosis = diagnose(estate, question.request, said);
      const auto fixes = find_fixes(estate, question.request, diagnosis);
      write_explain_json(
          out, {estate, question.request, diagnosis, diagnostics, said, fixes, not_read_});
      status = worse(status, status_of(diagnosis));
    }
    if (several) {
      out.end_array();
      out.end_object();
    }
    console.out << out.text() << '\n';
    return status;
  }

  QuestionInputs in_;
  LiveOptions live_;
  std::vector<Unknown> not_read_;
  std::string format_ = "text";
  std::string color_ = "auto";
  bool quiet_ = false;
  bool verbose_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explain() {
  return std::make_unique<Explain>();
}

}  // namespace rolecall::cli
