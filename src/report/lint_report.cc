// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/lint_report.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/json_parts.h"
#include "report/terminal_color.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostOfOneCode = 5;
constexpr std::size_t kMostPlaces = 3;

std::string count(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", with_commas(number), noun, number == 1 ? "" : "s");
}

std::string first_line(const LintReport& report) {
  const LintCounts counts = count_findings(report);
  std::vector<std::string> parts;
  if (counts.errors > 0) parts.push_back(count(counts.errors, "error"));
  if (counts.warnings > 0) parts.push_back(count(counts.warnings, "warning"));
  if (counts.notes > 0) parts.push_back(count(counts.notes, "note"));
  const std::size_t unread = report.diagnostics.error_count();
  if (report.policies.empty() && unread > 0) {
    return fmt::format("nothing could be checked: {} reading the input\n", count(unread, "error"));
  }
  if (report.policies.empty()) return "nothing to report: there is no policy in the input\n";
  const std::string reading =
      unread == 0 ? "" : fmt::format("; {} reading the input", count(unread, "error"));
  if (parts.empty()) {
    return fmt::format("nothing to report in {}{}\n",
                       count_words(report.policies.size(), "policy", "policies"), reading);
  }
  return fmt::format("{} in {}{}\n", join_list(parts), count(counts.files, "file"), reading);
}

std::string_view color_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return kRed;
    case Severity::Warning:
      return kYellow;
    case Severity::Note:
      return kCyan;
  }
  return "";
}

std::string write_finding(const Diagnostic& finding, const SourceTable& sources, bool color) {
  std::string text = render(finding, sources);
  if (!color) return text;
  const std::string_view word = severity_name(finding.severity);
  return fmt::format("{}{}{}{}", color_of(finding.severity), word, kPlain,
                     text.substr(word.size()));
}

// The other places of a policy: `also in a.json:3 and 12 more places`.
std::string write_places(const LintedPolicy& policy, const SourceTable& sources) {
  std::string text;
  const std::size_t shown = std::min(policy.also_at.size(), kMostPlaces);
  for (std::size_t i = 0; i < shown; ++i) {
    const Location place = sources.locate(policy.also_at[i]);
    text += fmt::format("{}{}:{}", i == 0 ? "  the same text stands in " : ", ",
                        escape_for_terminal(place.file), place.line);
  }
  const std::size_t left = policy.also_at.size() - shown;
  if (left > 0) text += fmt::format(" and {}", count(left, "more place"));
  return text.empty() ? text : text + "\n";
}

void write_policy(std::string& out, const LintedPolicy& policy, const SourceTable& sources,
                  bool color) {
  out += fmt::format("\n{}\n{}", escape_for_terminal(policy.title), write_places(policy, sources));
  std::map<DiagnosticCode, std::size_t> seen;
  for (const Diagnostic& each : policy.findings) {
    if (seen[each.code]++ < kMostOfOneCode) out += write_finding(each, sources, color);
  }
  for (const auto& [code, total] : seen) {
    if (total <= kMostOfOneCode) continue;
    out += fmt::format("and {} more of {} in this policy\n", total - kMostOfOneCode,
                       format_code(code));
  }
}

}  // namespace

LintCounts count_findings(const LintReport& report) {
  LintCounts counts;
  std::set<std::string_view> files;
  for (const LintedPolicy& policy : report.policies) {
    for (const Diagnostic& each : policy.findings) {
      counts.errors += each.severity == Severity::Error ? 1 : 0;
      counts.warnings += each.severity == Severity::Warning ? 1 : 0;
      counts.notes += each.severity == Severity::Note ? 1 : 0;
    }
    if (policy.findings.empty()) continue;
    const auto add = [&](Span at) {
      const Span in_file = report.sources.in_file(at);
      if (in_file.known()) files.insert(report.sources.name(in_file.document));
    };
    add(policy.at);
    for (const Span at : policy.also_at) add(at);
  }
  counts.files = files.size();
  return counts;
}

std::string write_lint_text(const LintReport& report, TextStyle style) {
  std::string out = first_line(report);
  if (style.quiet) return out;
  for (const LintedPolicy& policy : report.policies) {
    if (!policy.findings.empty()) write_policy(out, policy, report.sources, style.color);
  }
  return out;
}

void write_lint_json(JsonWriter& out, const LintReport& report) {
  const LintCounts counts = count_findings(report);
  const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  out.begin_object();
  out.member("schema", "rolecall.lint/1");
  out.member("rolecall_version", rolecall_version());
  out.member("errors", number(counts.errors));
  out.member("warnings", number(counts.warnings));
  out.member("notes", number(counts.notes));
  out.member("policies_checked", number(report.policies.size()));
  out.key("policies");
  out.begin_array();
  for (const LintedPolicy& policy : report.policies) {
    if (policy.findings.empty()) continue;
    out.begin_object();
    out.member("title", policy.title);
    out.member("kind", policy_kind_title(policy.kind));
    write_location(out, "at", report.sources, policy.at);
    out.key("also_at");
    out.begin_array();
    for (const Span at : policy.also_at) write_place(out, report.sources, at);
    out.end_array();
    out.key("findings");
    out.begin_array();
    for (const Diagnostic& each : policy.findings) write_diagnostic(out, report.sources, each);
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.key("diagnostics");
  out.begin_array();
  for (const Diagnostic& each : report.diagnostics.all()) {
    write_diagnostic(out, report.sources, each);
  }
  out.end_array();
  out.end_object();
}

}  // namespace rolecall
