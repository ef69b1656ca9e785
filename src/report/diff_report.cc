// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/diff_report.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/trust/request_file.h"

#include "report/audit_parts.h"
#include "report/json_parts.h"
#include "report/residual_report.h"
#include "report/terminal_color.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostPrincipals = 3;

std::string counted_words(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string role_words(std::string_view arn) {
  const auto parts = IamArn::parse(arn);
  return parts && !parts->name.empty() ? fmt::format("role `{}` of {}", parts->name, parts->account)
                                       : fmt::format("`{}`", arn);
}

std::string names_of(const EdgeChange& change) {
  std::vector<std::string> names;
  for (const std::string& each : change.principals) {
    names.push_back(fmt::format("`{}`", IamArn::parse(each)->name));
  }
  const std::size_t left = names.size() > kMostPrincipals ? names.size() - kMostPrincipals : 0;
  names.resize(names.size() - left);
  return left == 0 ? join_list(names) : fmt::format("{} and {} more", fmt::join(names, ", "), left);
}

// Whose way it is.
std::string who_words(const EdgeChange& change) {
  const Assumption& way = change.way();
  if (!change.principals.empty()) {
    const std::string_view kind = way.kind == AssumerKind::User ? "user" : "role";
    return fmt::format("{}{} {} of {}", kind, change.principals.size() == 1 ? "" : "s",
                       names_of(change), way.account);
  }
  switch (way.kind) {
    case AssumerKind::User:
    case AssumerKind::Role:
      return fmt::format("`{}`", way.name);
    case AssumerKind::Account:
      return fmt::format("any principal of account {}", way.account);
    case AssumerKind::Outside:
      return "any principal of any other account";
    case AssumerKind::Service:
      return way.name.empty() ? "any other AWS service" : fmt::format("`{}`", way.name);
    case AssumerKind::Oidc:
      return way.name.empty() ? "tokens of any other issuer"
                              : fmt::format("tokens of `{}`", way.name);
    case AssumerKind::Saml:
      return way.name.empty() ? "assertions of any other provider"
                              : fmt::format("assertions of `{}`", way.name);
  }
  return {};
}

std::string condition_words(const WhoAnswer& answer, const Assumption& way) {
  const std::string words = describe_residual(answer.residuals, way.condition);
  if (words.empty()) return "always";
  return words.starts_with("with") ? words : fmt::format("if {}", words);
}

// How the condition changed; empty where there is no other side and no condition.
std::string change_words(const EdgeChange& change) {
  if (change.kind != ChangeKind::Changes) {
    const WhoAnswer& answer =
        change.after != nullptr ? *change.after_answer : *change.before_answer;
    return condition_words(answer, change.way());
  }
  const std::string was = condition_words(*change.before_answer, *change.before);
  const std::string is = condition_words(*change.after_answer, *change.after);
  if (was == is) return fmt::format("{}; session tags or a source identity differ", is);
  return fmt::format("was: {}; is: {}", was, is);
}

std::string_view verb_of(const EdgeChange& change) {
  return change.kind == ChangeKind::Appears    ? "can newly assume it"
         : change.kind == ChangeKind::Vanishes ? "can no longer assume it"
         : !change.closes                      ? "can assume it more freely"
         : !change.opens                       ? "can assume it less freely"
                                               : "can assume it under other conditions";
}

std::string headline(const DiffAnswer& answer) {
  std::size_t opened = 0;
  std::size_t closed = 0;
  std::size_t both = 0;
  for (const EdgeChange& each : answer.edges) {
    ++(each.opens && each.closes ? both : each.opens ? opened : closed);
  }
  std::vector<std::string> parts;
  if (opened > 0) parts.push_back(counted_words(opened, "way") + " opened");
  if (closed > 0) parts.push_back(counted_words(closed, "way") + " closed");
  if (both > 0) parts.push_back(counted_words(both, "way") + " changed");
  if (!answer.appeared.empty()) {
    parts.push_back(counted_words(answer.appeared.size(), "finding") + " appeared");
  }
  if (!answer.vanished.empty()) {
    parts.push_back(counted_words(answer.vanished.size(), "finding") + " vanished");
  }
  return parts.empty()
             ? fmt::format("nothing differs in {}", counted_words(answer.roles, "role"))
             : fmt::format("{} in {}", join_list(parts), counted_words(answer.roles, "role"));
}

// The call in a few words: `with sts:ExternalId blue-7`.
std::string call_words(const AssumeRequest& request) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view key, std::string_view value) {
    parts.push_back(fmt::format("`{}` `{}`", key, value));
  };
  for (const auto& [key, values] : request.context) add(key, values.empty() ? "" : values[0]);
  for (const auto& [key, values] : request.principal.claims)
    add(key, values.empty() ? "" : values[0]);
  for (const auto& [key, value] : request.tags) add("tag " + key, value);
  if (request.session_name) add("session name", *request.session_name);
  if (request.source_identity) add("source identity", *request.source_identity);
  return parts.empty() ? "nothing else" : join_list(parts);
}

class DiffText {
 public:
  DiffText(const DiffReport& report, TextStyle style) : report_(report), style_(style) {}

  std::string write() {
    out_ = paint(headline(report_.answer), kBold) + "\n";
    if (style_.quiet) return out_;
    std::string_view role;
    for (const EdgeChange& each : report_.answer.edges) {
      if (each.role != role) {
        out_ += '\n';
        line(role_words(each.role));
      }
      role = each.role;
      edge(each);
    }
    findings("Findings that appeared", report_.answer.appeared, report_.after);
    findings("Findings that vanished", report_.answer.vanished, report_.before);
    if (!report_.answer.gaps.empty()) out_ += "\nNot comparable:\n";
    for (const AuditGap& each : report_.answer.gaps) {
      line(fmt::format("- {}: {}", each.what, each.why), 2);
    }
    return out_;
  }

 private:
  std::string paint(std::string text, std::string_view color) const {
    return style_.color ? fmt::format("{}{}{}", color, text, kPlain) : text;
  }
  void line(std::string_view text, std::size_t indent = 0) {
    out_ += wrap_line(escape_for_terminal(text), indent);
  }

  void edge(const EdgeChange& each) {
    const std::string_view mark = each.opens && each.closes ? "~" : each.opens ? "+" : "-";
    out_ += "  " + paint(std::string(mark), each.opens ? kRed : kGreen);
    line(fmt::format("{} {}", who_words(each), verb_of(each)), 1);
    line(change_words(each), 6);
    witness("allowed now, refused before, with", each.opens, each.opened);
    witness("refused now, allowed before, with", each.closes, each.closed);
  }

  void witness(std::string_view words, bool claimed, const std::optional<AssumeRequest>& call) {
    if (call) line(fmt::format("{} {}", words, call_words(*call)), 6);
    if (claimed && !call) line("no call that shows it was found; there may be none", 6);
  }

  void findings(std::string_view title, const std::vector<const AuditFinding*>& findings,
                const Estate& estate) {
    if (findings.empty()) return;
    out_ += fmt::format("\n{}:\n", title);
    for (const AuditFinding* each : findings) {
      line(fmt::format("{} [{}] {}: {}", audit_severity_name(each->severity), each->rule->id,
                       subject_words(*each, "`"), finding_words(*each)),
           2);
      if (!each->at.known()) continue;
      const Location at = estate.sources().locate(each->at);
      out_ += fmt::format("    --> {}:{}:{}\n", escape_for_terminal(at.file), at.line, at.column);
    }
  }

  const DiffReport& report_;
  TextStyle style_;
  std::string out_;
};

class DiffJson {
 public:
  DiffJson(JsonWriter& out, const DiffReport& report) : out_(out), report_(report) {}

  void write() {
    out_.begin_object();
    out_.member("schema", "rolecall.diff/1");
    out_.member("rolecall_version", rolecall_version());
    out_.member("roles", static_cast<std::int64_t>(report_.answer.roles));
    out_.key("edges");
    out_.begin_array();
    for (const EdgeChange& each : report_.answer.edges) edge(each);
    out_.end_array();
    findings("findings_appeared", report_.answer.appeared, report_.after);
    findings("findings_vanished", report_.answer.vanished, report_.before);
    out_.key("gaps");
    out_.begin_array();
    for (const AuditGap& each : report_.answer.gaps) {
      out_.begin_object();
      out_.member("what", each.what);
      out_.member("why", each.why);
      out_.end_object();
    }
    out_.end_array();
    diagnostics("diagnostics_before", report_.diagnostics_before, report_.before);
    diagnostics("diagnostics_after", report_.diagnostics_after, report_.after);
    out_.end_object();
  }

 private:
  void edge(const EdgeChange& each) {
    const Assumption& way = each.way();
    out_.begin_object();
    out_.member("change", change_kind_name(each.kind));
    out_.member("role", each.role);
    out_.member("kind", assumer_kind_name(way.kind));
    out_.member_or_null("account", way.account);
    out_.member_or_null("name", way.name);
    out_.member_strings("principals", each.principals);
    out_.member("action", way.action);
    out_.member("opens", each.opens);
    out_.member("closes", each.closes);
    side("before", each.before, each.before_answer);
    side("after", each.after, each.after_answer);
    call("opened_by", each.opened);
    call("closed_by", each.closed);
    out_.end_object();
  }

  void side(std::string_view name, const Assumption* way, const WhoAnswer* answer) {
    out_.key(name);
    if (way == nullptr) return out_.null();
    out_.begin_object();
    out_.member("description", describe_residual(answer->residuals, way->condition));
    out_.key("condition");
    write_residual_json(out_, answer->residuals, way->condition);
    out_.end_object();
  }

  void call(std::string_view name, const std::optional<AssumeRequest>& call) {
    out_.key(name);
    if (!call) return out_.null();
    write_json_text(out_, format_request(*call, report_.after.sources()));
  }

  void findings(std::string_view name, const std::vector<const AuditFinding*>& findings,
                const Estate& estate) {
    out_.key(name);
    out_.begin_array();
    for (const AuditFinding* each : findings) {
      out_.begin_object();
      out_.member("rule", each->rule->id);
      out_.member("severity", audit_severity_name(each->severity));
      out_.member("subject", each->subject);
      out_.member("message", each->message);
      write_location(out_, "at", estate.sources(), each->at);
      out_.member("fingerprint", audit_fingerprint(*each));
      out_.end_object();
    }
    out_.end_array();
  }

  void diagnostics(std::string_view name, const Diagnostics& diagnostics, const Estate& estate) {
    out_.key(name);
    out_.begin_array();
    for (const Diagnostic& each : diagnostics.all()) {
      write_diagnostic(out_, estate.sources(), each);
    }
    out_.end_array();
  }

  JsonWriter& out_;
  const DiffReport& report_;
};

void markdown_findings(std::string& out, std::string_view title,
                       const std::vector<const AuditFinding*>& findings) {
  if (findings.empty()) return;
  out += fmt::format("\n**{}**\n\n| severity | rule | what |\n|---|---|---|\n", title);
  for (const AuditFinding* each : findings) {
    out +=
        fmt::format("| {} | `{}` | {}: {} |\n", audit_severity_name(each->severity), each->rule->id,
                    markdown_text(subject_words(*each, "`")), markdown_text(finding_words(*each)));
  }
}

}  // namespace

std::string write_diff_text(const DiffReport& report, TextStyle style) {
  return DiffText(report, style).write();
}

std::string write_diff_markdown(const DiffReport& report) {
  std::string out = fmt::format("### {}\n", headline(report.answer));
  if (!report.answer.edges.empty()) out += "\n| role | change | condition |\n|---|---|---|\n";
  for (const EdgeChange& each : report.answer.edges) {
    out += fmt::format("| {} | {} {} | {} |\n", markdown_text(role_words(each.role)),
                       markdown_text(who_words(each)), verb_of(each),
                       markdown_text(change_words(each)));
  }
  markdown_findings(out, "Findings that appeared", report.answer.appeared);
  markdown_findings(out, "Findings that vanished", report.answer.vanished);
  return out;
}

void write_diff_json(JsonWriter& out, const DiffReport& report) {
  DiffJson(out, report).write();
}

}  // namespace rolecall
