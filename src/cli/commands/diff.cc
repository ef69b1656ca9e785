// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/diff.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include "rolecall/report/diff_report.h"

#include "cli/audit_options.h"
#include "cli/command.h"
#include "cli/estate_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kDiffExamples = R"(Examples:
  rolecall diff exports-monday/ exports-tuesday/
  rolecall diff main/ branch/ --format markdown --trusted-accounts 777788889999)";

class Diff : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kDiffExamples));
    app.add_option("before", before_, "Folder or file with exports of one state")->required();
    app.add_option("after", after_, "The same of the other state")->required();
    estate_options_.declare_output(app, {"text", "json", "markdown", "sarif"});
    audit_options_.declare_inputs(app);
    app.add_option("--fail-on", fail_on_, "opened, changed or never")
        ->check(CLI::IsMember({"opened", "changed", "never"}))
        ->capture_default_str();
  }

  ExitStatus run(Console& console) override {
    Estate& before = lasting_estate();
    Estate& after = lasting_estate();
    Diagnostics faults_before;
    Diagnostics faults_after;
    AuditOptions options;
    if (reads_stdin_twice({{"BEFORE", before_}, {"AFTER", after_}}, audit_options_, console)) {
      return ExitStatus::Usage;
    }
    if (!audit_options_.read(options, after.sources(), console)) return ExitStatus::Failed;
    options.remedies = false;
    load(before_, before, faults_before, console);
    load(after_, after, faults_after, console);
    DiffAnswer answer = diff_estates(before, after, options);
    const bool incomplete = before.incomplete || after.incomplete;
    if (incomplete) {
      answer.gaps.push_back(
          {.what = "the estates", .why = "not all of them could be read", .hides = true});
    }
    write({before, after, answer, faults_before, faults_after}, console);
    if (fails(answer)) return ExitStatus::Findings;
    const bool undecided =
        answer.nothing_compared || std::any_of(answer.gaps.begin(), answer.gaps.end(),
                                               [](const DiffGap& each) { return each.hides; });
    return undecided ? ExitStatus::Undecided : ExitStatus::Allowed;
  }

 private:
  void load(const std::string& path, Estate& estate, Diagnostics& faults, Console& console) const {
    EstateOptions one = estate_options_;
    one.paths = {path};
    one.load(estate, faults, console);
  }

  void write(const DiffReport& report, Console& console) const {
    const std::string_view format = estate_options_.format;
    if (format == "text") {
      console.out << write_diff_text(report, estate_options_.style(console));
      return;
    }
    if (format == "markdown") {
      console.out << write_diff_markdown(report);
      return;
    }
    JsonWriter out;
    if (format == "json") write_diff_json(out, report);
    if (format == "sarif") write_diff_sarif(out, report);
    console.out << out.text() << '\n';
  }

  bool fails(const DiffAnswer& answer) const {
    if (fail_on_ == "never") return false;
    const bool opened =
        !answer.appeared.empty() ||
        std::any_of(answer.edges.begin(), answer.edges.end(),
                    [](const EdgeChange& each) { return each.opens; }) ||
        std::any_of(answer.chains.begin(), answer.chains.end(),
                    [](const ChainChange& each) { return each.kind == ChangeKind::Appears; });
    const bool changed =
        !answer.edges.empty() || !answer.chains.empty() || !answer.vanished.empty();
    return opened || (fail_on_ == "changed" && changed);
  }

  std::string before_;
  std::string after_;
  EstateOptions estate_options_;
  AuditCommandOptions audit_options_;
  std::string fail_on_{"opened"};
};

}  // namespace

std::unique_ptr<Command> make_diff() {
  return std::make_unique<Diff>();
}

}  // namespace rolecall::cli
