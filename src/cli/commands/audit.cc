// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/audit.h"

#include <ostream>
#include <string>
#include <string_view>

#include "rolecall/report/audit_report.h"

#include "cli/audit_options.h"
#include "cli/command.h"
#include "cli/estate_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kAuditExamples = R"(Examples:
  rolecall audit --estate exports/
  rolecall audit --estate exports/ --trusted-accounts 777788889999 --fail-on high
  rolecall audit --estate exports/ --format baseline > baseline.json
  rolecall audit --estate exports/ --baseline baseline.json --format sarif)";

class Audit : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kAuditExamples));
    estate_options_.declare(app, {"text", "json", "sarif", "markdown", "baseline"});
    audit_options_.declare(app);
    app.add_flag("--all", all_, "List every finding");
  }

  ExitStatus run(Console& console) override {
    Estate& estate = lasting_estate();
    Diagnostics diagnostics;
    AuditOptions options;
    if (reads_stdin_twice(estate_options_.inputs(), audit_options_, console)) {
      return ExitStatus::Usage;
    }
    if (!audit_options_.read(options, estate.sources(), console)) return ExitStatus::Failed;
    estate_options_.load(estate, diagnostics, console);
    const bool baseline = estate_options_.format == "baseline";
    options.remedies = !estate_options_.quiet && !baseline;
    const AuditAnswer answer = audit_estate(estate, options);
    write({estate, answer, diagnostics, all_}, console);
    if (baseline) return ExitStatus::Allowed;
    if (audit_options_.fails(answer)) return ExitStatus::Findings;
    return hides_some(answer.gaps) ? ExitStatus::Undecided : ExitStatus::Allowed;
  }

 private:
  void write(const AuditReport& report, Console& console) const {
    const std::string_view format = estate_options_.format;
    if (format == "text") {
      console.out << write_audit_text(report, estate_options_.style(console));
      return;
    }
    if (format == "markdown") {
      console.out << write_audit_markdown(report);
      return;
    }
    JsonWriter out;
    if (format == "json") write_audit_json(out, report);
    if (format == "sarif") write_audit_sarif(out, report);
    if (format == "baseline") write_audit_baseline(out, report);
    console.out << out.text() << '\n';
  }

  EstateOptions estate_options_;
  AuditCommandOptions audit_options_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_audit() {
  return std::make_unique<Audit>();
}

}  // namespace rolecall::cli
