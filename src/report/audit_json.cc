// SPDX-License-Identifier: Apache-2.0
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
      out_.member_strings("accounts", each.accounts);
      out_.end_object();
    }
    out_.end_array();
  }

  JsonWriter& out_;
  const AuditReport& report_;
  const SourceTable& sources_;
};

}  // namespace

void write_audit_json(JsonWriter& out, const AuditReport& report) {
  AuditJson(out, report).write();
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
