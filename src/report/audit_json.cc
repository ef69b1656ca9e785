// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/report/audit_report.h"

#include "report/audit_parts.h"
#include "report/json_parts.h"

namespace rolecall {

namespace {

class AuditJson {
 public:
  AuditJson(JsonWriter& out, const AuditReport& report)
      : out_(out), report_(report), sources_(report.estate.sources()) {}

  void write() {
    out_.begin_object();
    out_.member("schema", "rolecall.audit/1");
    out_.member("rolecall_version", rolecall_version());
    out_.member("roles", static_cast<std::int64_t>(report_.answer.roles));
    out_.member("accounts", static_cast<std::int64_t>(report_.answer.accounts));
    counts();
    out_.key("findings");
    out_.begin_array();
    for (const AuditFinding& each : report_.answer.findings) finding(each);
    out_.end_array();
    out_.key("expired_suppressions");
    out_.begin_array();
    for (const Suppression& each : report_.answer.expired) suppression(each);
    out_.end_array();
    gaps();
    out_.key("diagnostics");
    out_.begin_array();
    for (const Diagnostic& each : report_.diagnostics.all()) {
      write_diagnostic(out_, sources_, each);
    }
    out_.end_array();
    out_.end_object();
  }

 private:
  void counts() {
    const AuditCounts counts = count_findings(report_.answer);
    out_.key("counts");
    out_.begin_object();
    for (std::size_t i = counts.by_severity.size(); i-- > 0;) {
      out_.member(audit_severity_name(static_cast<AuditSeverity>(i)),
                  static_cast<std::int64_t>(counts.by_severity[i]));
    }
    out_.member("suppressed", static_cast<std::int64_t>(counts.suppressed));
    out_.end_object();
  }

  void finding(const AuditFinding& each) {
    out_.begin_object();
    out_.member("rule", each.rule->id);
    out_.member("severity", audit_severity_name(each.severity));
    out_.member("title", each.rule->title);
    out_.member_or_null("account", each.account);
    out_.member("subject", each.subject);
    out_.member("message", each.message);
    out_.member_or_null("evidence", each.evidence);
    out_.member_strings("principals", each.principals);
    if (each.statement != nullptr) {
      out_.member("statement_index", std::int64_t{each.statement->index});
    } else {
      out_.member_null("statement_index");
    }
    write_location(out_, "at", sources_, each.at);
    out_.member_or_null("neutralized", each.neutralized);
    out_.member("fingerprint", audit_fingerprint(each));
    out_.member("advice", each.rule->advice);
    out_.member_or_null("equivalents", each.rule->equivalents);
    remedy(each);
    out_.key("suppression");
    if (each.suppression) {
      suppression(*each.suppression);
    } else {
      out_.null();
    }
    out_.end_object();
  }

  void remedy(const AuditFinding& each) {
    out_.key("remedy");
    if (!each.remedy) return out_.null();
    out_.begin_object();
    out_.member("summary", each.remedy->summary);
    out_.member("verified", true);
    out_.key("patch");
    write_json_text(out_, format_rfc6902(each.remedy->edits));
    out_.key("document_after");
    write_json_text(out_, each.remedy->document_after);
    out_.end_object();
  }

  void suppression(const Suppression& each) {
    out_.begin_object();
    out_.member("rule", each.rule);
    out_.member("subject", each.subject);
    out_.member("reason", each.reason);
    if (each.expires) {
      out_.member("expires", format_time(*each.expires));
    } else {
      out_.member_null("expires");
    }
    out_.member("kind", each.is_inline ? "inline" : "baseline");
    out_.end_object();
  }

  void gaps() {
    out_.key("gaps");
    out_.begin_array();
    for (const AuditGap& each : report_.answer.gaps) {
      out_.begin_object();
      out_.member("what", each.what);
      out_.member("why", each.why);
      out_.member_or_null("obtain", each.obtain);
      out_.end_object();
    }
    out_.end_array();
  }

  JsonWriter& out_;
  const AuditReport& report_;
  const SourceTable& sources_;
};

// ---- SARIF --------------------------------------------------------------------------------------

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

// What code scanning sorts by.
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

// RFC 3986: everything but unreserved characters and slashes is escaped.
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

// Brackets would make a link of what stands between them (SARIF 3.11.6).
std::string sarif_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void write_text_object(JsonWriter& out, std::string_view name, std::string_view text) {
  out.key(name);
  out.begin_object();
  out.member("text", text);
  out.end_object();
}

class AuditSarif {
 public:
  AuditSarif(JsonWriter& out, const AuditReport& report) : out_(out), report_(report) {}

  void write() {
    out_.begin_object();
    out_.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    out_.member("version", "2.1.0");
    out_.key("runs");
    out_.begin_array();
    out_.begin_object();
    tool();
    out_.member("columnKind", "unicodeCodePoints");
    out_.key("results");
    out_.begin_array();
    for (const AuditFinding& each : report_.answer.findings) result(each);
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
    for (const AuditRule& each : audit_rules()) rule(each);
    out_.end_array();
    out_.end_object();
    out_.end_object();
  }

  void rule(const AuditRule& each) {
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
    out_.end_object();
    out_.end_object();
  }

  void result(const AuditFinding& each) {
    out_.begin_object();
    out_.member("ruleId", each.rule->id);
    out_.member("ruleIndex", static_cast<std::int64_t>(each.rule - audit_rules().data()));
    out_.member("level", sarif_level(each.severity));
    write_text_object(out_, "message",
                      sarif_text(subject_words(each, "`") + ": " + finding_words(each)));
    locations(each);
    out_.key("partialFingerprints");
    out_.begin_object();
    out_.member("rolecall/v1", audit_fingerprint(each));
    out_.end_object();
    if (each.suppression) suppressions(*each.suppression);
    out_.end_object();
  }

  void locations(const AuditFinding& each) {
    out_.key("locations");
    out_.begin_array();
    if (each.at.known()) {
      const Location at = report_.estate.sources().locate(each.at);
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
      out_.member("fullyQualifiedName", each.subject);
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
    out_.member("justification", each.reason);
    out_.end_object();
    out_.end_array();
  }

  JsonWriter& out_;
  const AuditReport& report_;
};

}  // namespace

void write_audit_json(JsonWriter& out, const AuditReport& report) {
  AuditJson(out, report).write();
}

void write_audit_sarif(JsonWriter& out, const AuditReport& report) {
  AuditSarif(out, report).write();
}

void write_audit_baseline(JsonWriter& out, const AuditReport& report) {
  out.begin_object();
  out.key("Suppressions");
  out.begin_array();
  for (const AuditFinding& each : report.answer.findings) {
    if (each.suppression && each.suppression->is_inline) continue;
    out.begin_object();
    out.member("Rule", each.rule->id);
    out.member("Subject", each.subject);
    if (!each.evidence.empty()) out.member("Evidence", each.evidence);
    out.member("Reason", each.suppression ? std::string_view(each.suppression->reason)
                                          : "found before the baseline was made");
    if (each.suppression && each.suppression->expires) {
      out.member("Expires", format_time(*each.suppression->expires));
    }
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace rolecall
