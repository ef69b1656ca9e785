// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/reach/estate_gaps.h"
#include "rolecall/report/inventory_report.h"

#include "cli/audit_options.h"
#include "cli/command.h"
#include "cli/estate_options.h"

namespace rolecall::cli {

namespace {

constexpr std::string_view kReportExamples = R"(Examples:
  rolecall report --inventory --estate exports/ > trust.md
  rolecall report --inventory --estate exports/ --format csv --owner-tag cost-center)";

class Report : public Command {
 public:
  void declare(CLI::App& app) override {
    app.footer(std::string(kReportExamples));
    app.add_flag("--inventory", inventory_, "Every trust beyond the own account")->required();
    estate_options_.format = "markdown";
    estate_options_.declare_plain(app, {"markdown", "csv"});
    audit_options_.declare_zone(app);
    app.add_option("--owner-tag", owner_keys_, "Key of a tag that names a role's owner; repeatable")
        ->capture_default_str();
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
    std::size_t unread = 0;
    const auto entries = list_trust(estate, options, owner_keys_, unread);
    const InventoryReport report{estate, entries, unread};
    console.out << (estate_options_.format == "csv" ? write_inventory_csv(report)
                                                    : write_inventory_markdown(report));
    if (estate_options_.format == "csv" && !estate_options_.quiet) {
      for (const std::string& each : describe_unread(report)) console.err << each << '\n';
    }
    const bool whole = unread == 0 && list_role_gaps(estate).empty();
    return whole ? ExitStatus::Allowed : ExitStatus::Undecided;
  }

 private:
  bool inventory_ = false;
  EstateOptions estate_options_;
  AuditCommandOptions audit_options_;
  std::vector<std::string> owner_keys_{"owner", "team", "contact"};
};

}  // namespace

std::unique_ptr<Command> make_report() {
  return std::make_unique<Report>();
}

}  // namespace rolecall::cli
