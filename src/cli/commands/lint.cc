// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/report/lint_report.h"

#include "cli/command.h"
#include "cli/lint_inputs.h"
#include "cli/progress.h"
#include "cli/question_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kLintExamples = R"(Examples:
  rolecall lint trust.json
  rolecall lint --kind session session-policy.json
  rolecall lint exports/ --format json

A file is a policy document, an export of an account, the output of get-role or list-roles,
organization.json, or the output of describe-vpc-endpoints; a folder holds such files.)";

struct KindRow {
  std::string_view name{};
  PolicyKind kind{};
};
constexpr auto kKinds = std::to_array<KindRow>({
    {"trust", PolicyKind::Trust},
    {"identity", PolicyKind::Identity},
    {"boundary", PolicyKind::Boundary},
    {"session", PolicyKind::Session},
    {"scp", PolicyKind::ServiceControl},
    {"rcp", PolicyKind::ResourceControl},
    {"vpce", PolicyKind::VpcEndpoint},
    {"resource", PolicyKind::Resource},
});

class Lint : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kLintExamples));
    app.add_option("file", files_, "Files and folders; - is stdin")->required();
    std::vector<std::string> kinds;
    kinds.reserve(kKinds.size());
    for (const KindRow& row : kKinds) kinds.emplace_back(row.name);
    app.add_option("--kind", kind_, "What policy documents are, when it does not show")
        ->check(CLI::IsMember(kinds));
    app.add_option("--format", format_, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--color", color_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app.add_flag("--quiet", quiet_, "Only the answer's first line");
    declare_limits(app, limits_);
  }

  ExitStatus run(Console& console) override {
    for (const KindRow& row : kKinds) {
      if (row.name == kind_) limits_.bare_policy_kind = row.kind;
    }
    Estate estate;
    Diagnostics read;
    Progress progress(console, "files read");
    limits_.progress = [&](std::size_t done, std::size_t of) { progress.show(done, of); };
    load_estate({files_.begin(), files_.end()}, estate, read, limits_);
    progress.clear();
    Diagnostics others;
    const auto policies = lint_estate(estate, read, others);
    if (!quiet_) {
      for (const Diagnostic& each : others.all()) console.err << render(each, estate.sources());
    }
    const LintReport report{policies, estate.sources(), others};
    write(report, console);
    if (others.error_count() > 0) return ExitStatus::Failed;
    const LintCounts counts = count_findings(report);
    return counts.errors + counts.warnings > 0 ? ExitStatus::Findings : ExitStatus::Allowed;
  }

 private:
  void write(const LintReport& report, Console& console) const {
    if (format_ == "json") {
      JsonWriter out;
      write_lint_json(out, report);
      console.out << out.text() << '\n';
      return;
    }
    const bool color =
        color_ == "always" || (color_ == "auto" && console.out_is_terminal && !console.no_color);
    console.out << write_lint_text(report, {.color = color, .quiet = quiet_});
  }

  std::vector<std::string> files_;
  std::string kind_;
  std::string format_ = "text";
  std::string color_ = "auto";
  bool quiet_ = false;
  LoadLimits limits_{};
};

}  // namespace

std::unique_ptr<Command> make_lint() {
  return std::make_unique<Lint>();
}

}  // namespace rolecall::cli
