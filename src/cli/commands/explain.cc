// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <string>

#include "rolecall/report/explain_report.h"

#include "cli/command.h"
#include "cli/explain_inputs.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kExamples = R"(Examples:
  rolecall explain --error error.txt --estate exports/
  rolecall explain "An error occurred (AccessDenied) when calling ..." --trust-policy trust.json
  rolecall explain --from arn:aws:iam::111122223333:role/ci \
                   --to arn:aws:iam::444455556666:role/deploy --estate exports/
  rolecall explain --request request.json --estate exports/ --format json

Make the exports with:
  aws iam get-account-authorization-details > 111122223333.gaad.json)";

class Explain : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kExamples));
    app.add_option("text", in_.pasted, "Error text, pasted in quotes");
    app.add_option("--error", in_.error_file, "File with the error text of any tool; - is stdin");
    app.add_option("--event", in_.event_file, "CloudTrail event or events");
    app.add_option("--request", in_.request_file, "Request file");
    app.add_option("--from", in_.from, "Caller: ARN, service principal or issuer");
    app.add_option("--to", in_.to, "ARN of the role");
    app.add_option("--action", in_.action, "Action, when it is not plain from the caller");
    app.add_option("--trust-policy", in_.trust_policy_file, "The role's trust policy alone");
    app.add_option("--estate", in_.estate, "Folder or file of exports; repeatable")->take_all();
    parameters(app);
    output(app);
  }

  ExitStatus run(Console& console) override {
    Estate estate;
    Diagnostics diagnostics;
    if (!has_question()) {
      console.err << "error: nothing to explain: give an error text, --error, --event, --request, "
                     "or --from and --to\n"
                     "  = help: rolecall explain --help shows examples\n";
      return ExitStatus::Usage;
    }
    const auto questions = gather_questions(in_, estate, diagnostics);
    if (!quiet_ || !questions) {
      for (const Diagnostic& each : diagnostics.all()) {
        console.err << render(each, estate.sources());
      }
    }
    if (!questions) return ExitStatus::Failed;
    return format_ == "json" ? answer_json(*questions, estate, diagnostics, console)
                             : answer_text(*questions, estate, diagnostics, console);
  }

 private:
  void parameters(CLI::App& app) {
    app.add_option("--external-id", in_.external_id, "External ID passed in the call");
    app.add_option("--session-name", in_.session_name, "Role session name");
    app.add_option("--duration", in_.duration, "Session duration in seconds");
    app.add_option("--tag", in_.tags, "Session tag KEY=VALUE; repeatable")->take_all();
    app.add_option("--transitive-tag", in_.transitive_tags, "Transitive tag key; repeatable")
        ->take_all();
    app.add_option("--source-identity", in_.source_identity, "Source identity");
    app.add_option("--session-policy", in_.session_policy_file, "Session policy of the call");
    app.add_flag("--mfa", in_.mfa, "The call passes an MFA serial number and code");
    app.add_option("--token", in_.token_file, "JSON Web Token; only its claims are read");
    app.add_option("--source-ip", in_.source_ip, "Public address the call comes from");
    app.add_option("--vpc-endpoint", in_.vpc_endpoint, "VPC endpoint the call goes through");
    app.add_option("--region", in_.region, "Region of the STS endpoint");
    app.add_option("--context", in_.context, "Condition key KEY=VALUE; repeatable")->take_all();
  }

  void output(CLI::App& app) {
    app.add_option("--format", format_, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--color", color_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.add_flag("--quiet", quiet_, "Only the answer's first line");
    app.add_flag("-v,--verbose", verbose_, "Also gates that do not apply");
    app.add_option("--max-file-bytes", in_.limits.max_file_bytes, "Largest file that is read")
        ->capture_default_str();
    app.add_option("--max-depth", in_.limits.json.max_depth, "Deepest nesting of JSON values")
        ->capture_default_str();
    app.add_option("--max-values", in_.limits.json.max_values, "Most JSON values of a file")
        ->capture_default_str();
  }

  bool has_question() const {
    return !in_.pasted.empty() || !in_.error_file.empty() || !in_.event_file.empty() ||
           !in_.request_file.empty() || (!in_.from.empty() && !in_.to.empty());
  }

  static ExitStatus worse(ExitStatus a, ExitStatus b) {
    // Denied is worse than undecided, undecided worse than allowed.
    const auto rank = [](ExitStatus status) {
      return status == ExitStatus::Denied ? 2 : status == ExitStatus::Undecided ? 1 : 0;
    };
    return rank(a) >= rank(b) ? a : b;
  }

  ExitStatus answer_text(const std::vector<Question>& questions, const Estate& estate,
                         const Diagnostics& diagnostics, Console& console) const {
    const bool color =
        color_ == "always" || (color_ == "auto" && console.out_is_terminal && !console.no_color);
    ExitStatus status = ExitStatus::Allowed;
    for (const Question& question : questions) {
      if (&question != questions.data()) console.out << "\n";
      const ErrorEvidence* said = question.evidence ? &*question.evidence : nullptr;
      const Diagnosis diagnosis = diagnose(estate, question.request, said);
      console.out << write_explain_text({estate, question.request, diagnosis, diagnostics, said},
                                        {color, verbose_, quiet_});
      status = worse(status, exit_status_of(diagnosis.decision.decision));
    }
    return status;
  }

  // One question gives one object; several give an object that holds them in order.
  static ExitStatus answer_json(const std::vector<Question>& questions, const Estate& estate,
                                const Diagnostics& diagnostics, Console& console) {
    JsonWriter out;
    ExitStatus status = ExitStatus::Allowed;
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
      write_explain_json(out, {estate, question.request, diagnosis, diagnostics, said});
      status = worse(status, exit_status_of(diagnosis.decision.decision));
    }
    if (several) {
      out.end_array();
      out.end_object();
    }
    console.out << out.text() << '\n';
    return status;
  }

  ExplainInputs in_;
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
