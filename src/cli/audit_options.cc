// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_options.h"

#include <algorithm>
#include <chrono>
#include <ostream>

#include <fmt/format.h>

#include "rolecall/base/file_reader.h"
#include "rolecall/base/time.h"
#include "rolecall/iam/arn.h"

namespace rolecall::cli {

namespace {

constexpr std::size_t kMostInputBytes = std::size_t{64} << 20;
constexpr std::string_view kNoFailure = "never";

std::string check_account(const std::string& text) {
  return is_account_id(text) ? "" : fmt::format("`{}` is no account id\ngive twelve digits", text);
}

std::string check_date(const std::string& text) {
  return parse_time(text) ? "" : fmt::format("`{}` is no date\nwrite it as 2027-01-31", text);
}

std::vector<std::string> severity_names() {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(AuditSeverity::Critical); ++i) {
    names.emplace_back(audit_severity_name(static_cast<AuditSeverity>(i)));
  }
  names.emplace_back(kNoFailure);
  return names;
}

EpochSeconds today() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(since).count();
}

using Reader = void (*)(const JsonValue&, AuditOptions&, Diagnostics&);

bool read_document(DocumentId document, Reader reader, AuditOptions& options, SourceTable& sources,
                   Diagnostics& faults) {
  const auto json = parse_json(sources, document, faults);
  if (json) {
    reader(json->root(), options, faults);
  } else {
    faults.add(json.error());
  }
  return faults.error_count() == 0;
}

bool read_input(const std::string& path, Reader reader, AuditOptions& options, SourceTable& sources,
                Console& console) {
  Diagnostics faults;
  auto text = read_file(path, kMostInputBytes);
  bool good = text.has_value();
  if (!text) {
    faults.add(text.error());
  } else {
    good = read_document(sources.add(path, *std::move(text)), reader, options, sources, faults);
  }
  for (const Diagnostic& each : faults.all()) console.err << render(each, sources);
  return good;
}

}  // namespace

void AuditCommandOptions::declare(CLI::App& app) {
  declare_inputs(app);
  app.add_option("--fail-on", fail_on, "Least severity that makes the status 4, or never")
      ->check(CLI::IsMember(severity_names()))
      ->capture_default_str();
}

void AuditCommandOptions::declare_zone(CLI::App& app) {
  app.add_option("--trusted-accounts", trusted_accounts,
                 "Accounts that count as one's own, comma-separated or repeated")
      ->delimiter(',')
      ->check(CLI::Validator(check_account, "ACCOUNT"));
  app.add_option("--known-accounts", known_accounts,
                 "Names of accounts, in place of those built in");
}

void AuditCommandOptions::declare_inputs(CLI::App& app) {
  declare_zone(app);
  app.add_option("--baseline", baseline, "Findings that are accepted");
  app.add_option("--as-of", as_of, "The date that counts as today")
      ->check(CLI::Validator(check_date, "DATE"));
  app.add_option("--unused-days", unused_days, "How long a role may go unused")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
}

bool reads_stdin_twice(std::vector<NamedInput> inputs, const AuditCommandOptions& options,
                       Console& console) {
  inputs.push_back({"--baseline", options.baseline});
  inputs.push_back({"--known-accounts", options.known_accounts});
  const auto fault = find_stdin_fault(inputs);
  if (fault) console.err << "error: " << fault->message << "\n  = help: " << fault->help << "\n";
  return fault.has_value();
}

bool AuditCommandOptions::read(AuditOptions& options, SourceTable& sources,
                               Console& console) const {
  options.trusted_accounts = trusted_accounts;
  options.unused_days = unused_days;
  options.now = as_of.empty() ? today() : parse_time(as_of);
  if (known_accounts.empty()) {
    Diagnostics none;
    const DocumentId built_in =
        sources.add("known-accounts.json", std::string(built_in_known_accounts()));
    static_cast<void>(read_document(built_in, read_known_accounts, options, sources, none));
  } else if (!read_input(known_accounts, read_known_accounts, options, sources, console)) {
    return false;
  }
  return baseline.empty() || read_input(baseline, read_baseline, options, sources, console);
}

bool AuditCommandOptions::fails(const AuditAnswer& answer) const {
  const auto least = find_audit_severity(fail_on);
  return least &&
         std::any_of(answer.findings.begin(), answer.findings.end(), [&](const AuditFinding& each) {
           return !each.suppression && each.severity >= *least;
         });
}

}  // namespace rolecall::cli
