// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/audit_report.h"

#include "report/audit_parts.h"
#include "report/terminal_color.h"
#include "report/text_lines.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostOfARule = 5;
constexpr std::size_t kMostGaps = 12;

bool is_command(const AuditGap& gap) {
  return gap.obtain.starts_with("aws ") || gap.obtain.starts_with("rolecall ");
}

std::string_view severity_color(AuditSeverity severity) {
  switch (severity) {
    case AuditSeverity::Critical:
    case AuditSeverity::High:
      return kRed;
    case AuditSeverity::Medium:
      return kYellow;
    default:
      return kCyan;
  }
}

class AuditText {
 public:
  AuditText(const AuditReport& report, TextStyle style) : report_(report), style_(style) {}

  std::string write() {
    out_ = paint(describe_counts(report_.answer, report_.estate.incomplete), kBold) + "\n";
    if (style_.quiet) return out_;
    for (const AuditGroup& each : group_findings(report_.answer)) group(each);
    expired();
    gaps();
    return out_;
  }

 private:
  std::string paint(std::string text, std::string_view color) const {
    return style_.color ? fmt::format("{}{}{}", color, text, kPlain) : text;
  }

  void group(const AuditGroup& group) {
    out_ += fmt::format(
        "\n{} {} [{}], {}\n",
        paint(std::string(audit_severity_name(group.severity)), severity_color(group.severity)),
        group.rule->title, group.rule->id,
        group.findings.size() == 1 ? "once"
                                   : fmt::format("{} times", with_commas(group.findings.size())));
    const std::size_t shown =
        report_.all ? group.findings.size() : std::min(group.findings.size(), kMostOfARule);
    for (std::size_t i = 0; i < shown; ++i) finding(*group.findings[i]);
    if (shown < group.findings.size()) {
      out_ += fmt::format("  and {} more; --all lists them\n",
                          with_commas(group.findings.size() - shown));
    }
    out_ += wrap_line(fmt::format("= help: {}", group.rule->advice), 2);
  }

  void finding(const AuditFinding& each) {
    out_ += wrap_line(
        escape_for_terminal(fmt::format("{}: {}", subject_words(each, "`"), finding_words(each))),
        2);
    if (each.at.known()) {
      const Location at = report_.estate.sources().locate(each.at);
      out_ += fmt::format("    --> {}:{}:{}\n", escape_for_terminal(at.file), at.line, at.column);
    }
    if (each.remedy) {
      out_ +=
          wrap_line(fmt::format("proven fix: {}", escape_for_terminal(each.remedy->summary)), 4);
    }
  }

  void expired() {
    if (report_.answer.expired.empty()) return;
    out_ += "\nNo longer suppressed:\n";
    for (const Suppression& each : report_.answer.expired) {
      out_ += wrap_line(
          escape_for_terminal(fmt::format("- {} of {}: {}", each.rule, each.subject, each.reason)),
          2);
    }
  }

  void gaps() {
    if (report_.answer.gaps.empty()) return;
    const auto& gaps = report_.answer.gaps;
    out_ += "\nNot checked:\n";
    const std::size_t shown = report_.all ? gaps.size() : std::min(gaps.size(), kMostGaps);
    for (std::size_t i = 0; i < shown; ++i) gap(gaps[i]);
    if (shown < gaps.size()) {
      out_ += fmt::format("  and {} more; --all lists them\n", gaps.size() - shown);
    }
  }

  void gap(const AuditGap& each) {
    out_ += wrap_line(escape_for_terminal(fmt::format("- {}: {}", each.what, each.why)), 2);
    const std::string obtain = escape_for_terminal(each.obtain);
    // A command is not wrapped, as it is meant for copying.
    if (is_command(each)) out_ += fmt::format("      {}\n", obtain);
    if (!is_command(each) && !obtain.empty()) out_ += wrap_line(obtain, 6);
  }

  const AuditReport& report_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string write_audit_text(const AuditReport& report, TextStyle style) {
  return AuditText(report, style).write();
}

namespace {

std::string audit_gap_list(const AuditReport& report) {
  const auto& gaps = report.answer.gaps;
  if (gaps.empty()) return {};
  std::string out = "\n**Not checked**\n\n";
  const std::size_t shown = report.all ? gaps.size() : std::min(gaps.size(), kMostGaps);
  for (std::size_t i = 0; i < shown; ++i) {
    const AuditGap& each = gaps[i];
    out += fmt::format("- {}: {}", markdown_text(each.what), markdown_text(each.why));
    if (is_command(each)) {
      out += fmt::format("<br><code>{}</code>", markdown_text(each.obtain));
    } else if (!each.obtain.empty()) {
      out += fmt::format("<br>{}", markdown_text(each.obtain));
    }
    out += '\n';
  }
  if (shown < gaps.size()) out += fmt::format("\nand {} more\n", gaps.size() - shown);
  return out;
}

}  // namespace

std::string write_audit_markdown(const AuditReport& report) {
  std::string out =
      fmt::format("### {}\n", describe_counts(report.answer, report.estate.incomplete));
  for (const AuditGroup& group : group_findings(report.answer)) {
    out += fmt::format("\n**{}**: {} (`{}`)\n\n| where | what | fix |\n|---|---|---|\n",
                       audit_severity_name(group.severity), group.rule->title, group.rule->id);
    const std::size_t shown =
        report.all ? group.findings.size() : std::min(group.findings.size(), kMostOfARule);
    for (std::size_t i = 0; i < shown; ++i) {
      const AuditFinding& each = *group.findings[i];
      std::string where = markdown_text(subject_words(each, "`"));
      if (each.at.known()) {
        const Location at = report.estate.sources().locate(each.at);
        where += markdown_text(fmt::format(", {}:{}", at.file, at.line));
      }
      out += fmt::format("| {} | {} | {} |\n", where, markdown_text(finding_words(each)),
                         each.remedy ? markdown_text(each.remedy->summary) + " (proven)"
                                     : markdown_text(group.rule->advice));
    }
    if (shown < group.findings.size()) {
      out += fmt::format("\nand {} more\n", with_commas(group.findings.size() - shown));
    }
  }
  return out + audit_gap_list(report);
}

}  // namespace rolecall
