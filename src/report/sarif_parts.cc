// SPDX-License-Identifier: Apache-2.0
#include "report/sarif_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/audit_report.h"

#include "report/audit_parts.h"
#include "report/json_parts.h"

namespace rolecall {

namespace {

std::string_view sarif_level(AuditSeverity severity) {
  switch (severity) {
    case AuditSeverity::Critical:
    case AuditSeverity::High:
      return "error";
    case AuditSeverity::Medium:
      return "warning";
    default:
      return "note";
  }
}

// The score by which GitHub code scanning sorts.
std::string_view security_severity(AuditSeverity severity) {
  switch (severity) {
    case AuditSeverity::Critical:
      return "9.5";
    case AuditSeverity::High:
      return "8.0";
    case AuditSeverity::Medium:
      return "5.5";
    case AuditSeverity::Low:
      return "3.0";
    case AuditSeverity::Info:
      return "0.0";
  }
  return "0.0";
}

// Percent-encodes everything but unreserved characters (RFC 3986) and slashes.
std::string file_uri(std::string_view file) {
  std::string uri = file.starts_with('/') ? "file://" : "";
  bool first = true;
  for (const std::string_view part : split(file, '/')) {
    if (!first) uri += '/';
    uri += percent_encode(part);
    first = false;
  }
  return uri;
}

// Escapes brackets, which would make a link (SARIF 3.11.6), and control characters, which would
// affect whatever shows the text.
std::string sarif_text(std::string_view text) {
  std::string out;
  const std::string shown = escape_for_terminal(text);
  for (const char c : shown) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Splits names of checks, which are separated by `; `.
std::vector<std::string> names_of(std::string_view equivalents) {
  std::vector<std::string> names;
  for (const std::string_view each : split(equivalents, ';')) names.emplace_back(trim(each));
  return names;
}

void write_text_object(JsonWriter& out, std::string_view name, std::string_view text) {
  out.key(name);
  out.begin_object();
  out.member("text", text);
  out.end_object();
}

class SarifLog {
 public:
  SarifLog(JsonWriter& out, const SarifRun& run)
      : out_(out), run_(run), rules_(run.rules), sources_(run.sources) {}

  void write() {
    out_.begin_object();
    out_.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    out_.member("version", "2.1.0");
    out_.key("runs");
    out_.begin_array();
    out_.begin_object();
    tool();
    invocation();
    out_.member("columnKind", "unicodeCodePoints");
    out_.key("results");
    out_.begin_array();
    for (const SarifResult& each : run_.results) result(each);
    out_.end_array();
    out_.end_object();
    out_.end_array();
    out_.end_object();
  }

 private:
  void tool() {
    out_.key("tool");
    out_.begin_object();
    out_.key("driver");
    out_.begin_object();
    out_.member("name", "rolecall");
    out_.member("version", rolecall_version());
    out_.key("rules");
    out_.begin_array();
    for (const SarifRule& each : rules_) rule(each);
    out_.end_array();
    out_.end_object();
    out_.end_object();
  }

  // Otherwise a log without results would look clean although not everything was checked.
  void invocation() {
    out_.key("invocations");
    out_.begin_array();
    out_.begin_object();
    out_.member("executionSuccessful", run_.successful);
    if (!run_.notifications.empty()) {
      out_.key("toolExecutionNotifications");
      out_.begin_array();
      for (const std::string& each : run_.notifications) {
        out_.begin_object();
        out_.member("level", "warning");
        write_text_object(out_, "message", sarif_text(each));
        out_.end_object();
      }
      out_.end_array();
    }
    out_.end_object();
    out_.end_array();
  }

  void rule(const SarifRule& each) {
    out_.begin_object();
    out_.member("id", each.id);
    write_text_object(out_, "shortDescription", each.title);
    write_text_object(out_, "help", each.advice);
    out_.key("defaultConfiguration");
    out_.begin_object();
    out_.member("level", sarif_level(each.severity));
    out_.end_object();
    out_.key("properties");
    out_.begin_object();
    out_.member("security-severity", security_severity(each.severity));
    out_.member_strings("tags", {"security"});
    if (!each.equivalents.empty()) out_.member_strings("equivalents", names_of(each.equivalents));
    out_.end_object();
    out_.end_object();
  }

  void result(const SarifResult& each) {
    const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                   [&](const SarifRule& row) { return row.id == each.rule; });
    out_.begin_object();
    out_.member("ruleId", each.rule);
    out_.member("ruleIndex", static_cast<std::int64_t>(rule - rules_.begin()));
    out_.member("level", sarif_level(each.severity));
    write_text_object(out_, "message", sarif_text(each.message));
    locations(each);
    out_.key("partialFingerprints");
    out_.begin_object();
    out_.member("rolecall/v1", each.fingerprint);
    out_.end_object();
    if (!each.baseline_state.empty()) out_.member("baselineState", each.baseline_state);
    if (each.suppression != nullptr) suppressions(*each.suppression);
    out_.end_object();
  }

  void locations(const SarifResult& each) {
    out_.key("locations");
    out_.begin_array();
    if (each.at.known()) {
      const Location at = sources_.locate(each.at);
      out_.begin_object();
      out_.key("physicalLocation");
      out_.begin_object();
      out_.key("artifactLocation");
      out_.begin_object();
      out_.member("uri", file_uri(at.file));
      out_.end_object();
      out_.key("region");
      out_.begin_object();
      out_.member("startLine", std::int64_t{at.line});
      out_.member("startColumn", std::int64_t{at.column});
      out_.end_object();
      out_.end_object();
      out_.key("logicalLocations");
      out_.begin_array();
      out_.begin_object();
      out_.member("fullyQualifiedName", escape_for_terminal(each.subject));
      out_.end_object();
      out_.end_array();
      out_.end_object();
    }
    out_.end_array();
  }

  void suppressions(const Suppression& each) {
    out_.key("suppressions");
    out_.begin_array();
    out_.begin_object();
    out_.member("kind", each.is_inline ? "inSource" : "external");
    out_.member("justification", escape_for_terminal(each.reason));
    out_.end_object();
    out_.end_array();
  }

  JsonWriter& out_;
  const SarifRun& run_;
  std::span<const SarifRule> rules_;
  const SourceTable& sources_;
};

}  // namespace

std::vector<SarifRule> sarif_audit_rules() {
  std::vector<SarifRule> rules;
  rules.reserve(audit_rules().size());
  for (const AuditRule& each : audit_rules()) {
    rules.push_back({each.id, each.severity, each.title, each.advice, each.equivalents});
  }
  return rules;
}

SarifResult sarif_result(const AuditFinding& finding) {
  return {.rule = finding.rule->id,
          .severity = finding.severity,
          .message = subject_words(finding, "`") + ": " + finding_words(finding),
          .subject = finding.subject,
          .at = finding.at,
          .fingerprint = audit_fingerprint(finding),
          .suppression = finding.suppression ? &*finding.suppression : nullptr};
}

std::string gap_words(std::string_view what, std::string_view why, std::string_view obtain) {
  return obtain.empty() ? fmt::format("not checked: {}: {}", what, why)
                        : fmt::format("not checked: {}: {}; to know it: {}", what, why, obtain);
}

void write_sarif(JsonWriter& out, const SarifRun& run) {
  SarifLog(out, run).write();
}

void write_audit_sarif(JsonWriter& out, const AuditReport& report) {
  std::vector<SarifResult> results;
  results.reserve(report.answer.findings.size());
  for (const AuditFinding& each : report.answer.findings) results.push_back(sarif_result(each));
  const std::vector<SarifRule> rules = sarif_audit_rules();
  SarifRun run{.rules = rules,
               .results = results,
               .sources = report.estate.sources(),
               .successful = !hides_some(report.answer.gaps)};
  for (const AuditGap& each : report.answer.gaps) {
    run.notifications.push_back(gap_words(each.what, each.why, each.obtain));
  }
  write_sarif(out, run);
}

}  // namespace rolecall
