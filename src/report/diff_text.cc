// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/diff_report.h"

#include "report/audit_parts.h"
#include "report/diff_parts.h"
#include "report/terminal_color.h"
#include "report/text_lines.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostChains = 20;

std::string_view mark_of(bool opens, bool closes) {
  return opens && closes ? "~" : opens ? "+" : "-";
}

class DiffText {
 public:
  DiffText(const DiffReport& report, TextStyle style) : report_(report), style_(style) {}

  std::string write() {
    out_ = paint(diff_headline(report_.answer), kBold) + "\n";
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
    chains();
    findings("Findings that appeared", report_.answer.appeared, report_.after);
    findings("Findings that vanished", report_.answer.vanished, report_.before);
    if (!report_.answer.gaps.empty()) out_ += "\nNot compared:\n";
    for (const DiffGap& each : report_.answer.gaps) {
      line(fmt::format("- {}: {}", each.what, each.why), 2);
      if (!each.obtain.empty()) out_ += fmt::format("      {}\n", escape_for_terminal(each.obtain));
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
  void mark(bool opens, bool closes) {
    out_ += "  " + paint(std::string(mark_of(opens, closes)), opens ? kRed : kGreen);
  }

  void edge(const EdgeChange& each) {
    mark(each.opens, each.closes);
    line(fmt::format("{} {}", who_words(each), verb_of(each)), 1);
    line(edge_condition(each), 6);
    witness("refused before, allowed now", each.opens, each.opened);
    witness("allowed before, refused now", each.closes, each.closed);
  }

  void witness(std::string_view words, bool claimed, const std::optional<AssumeRequest>& call) {
    if (call) line(fmt::format("{}: {}", call_words(*call), words), 6);
    if (claimed && !call) line("no call that shows it was found; there may be none", 6);
  }

  void chains() {
    const std::vector<ChainGroup> groups = group_chains(report_.answer);
    if (groups.empty()) return;
    out_ += "\nChains of calls:\n";
    const std::size_t shown = std::min(groups.size(), kMostChains);
    for (std::size_t i = 0; i < shown; ++i) {
      mark(groups[i].kind != ChangeKind::Vanishes, groups[i].kind != ChangeKind::Appears);
      line(fmt::format("{}: {}", chain_words(groups[i]), chain_verb(groups[i])), 1);
      line(chain_condition(groups[i]), 6);
    }
    if (shown < groups.size()) {
      out_ += fmt::format("  and {} more; --format json lists them\n", groups.size() - shown);
    }
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

void markdown_chains(std::string& out, const DiffAnswer& answer) {
  const std::vector<ChainGroup> groups = group_chains(answer);
  if (groups.empty()) return;
  out += "\n**Chains of calls**\n\n| | chain | condition |\n|---|---|---|\n";
  const std::size_t shown = std::min(groups.size(), kMostChains);
  for (std::size_t i = 0; i < shown; ++i) {
    out += fmt::format("| {} | {} | {} |\n", chain_verb(groups[i]),
                       markdown_text(chain_words(groups[i])),
                       markdown_text(chain_condition(groups[i])));
  }
  if (shown < groups.size()) out += fmt::format("\nand {} more\n", groups.size() - shown);
}

void markdown_gaps(std::string& out, const std::vector<DiffGap>& gaps) {
  if (!gaps.empty()) out += "\n**Not compared**\n\n";
  for (const DiffGap& each : gaps) out += fmt::format("- {}\n", markdown_text(gap_words(each)));
}

}  // namespace

std::string write_diff_text(const DiffReport& report, TextStyle style) {
  return DiffText(report, style).write();
}

std::string write_diff_markdown(const DiffReport& report) {
  const DiffAnswer& answer = report.answer;
  std::string out = fmt::format("### {}\n", diff_headline(answer));
  if (!answer.edges.empty()) out += "\n| role | change | condition |\n|---|---|---|\n";
  for (const EdgeChange& each : answer.edges) {
    out += fmt::format("| {} | {} {} | {} |\n", markdown_text(role_words(each.role)),
                       markdown_text(who_words(each)), verb_of(each),
                       markdown_text(edge_condition(each)));
  }
  markdown_chains(out, answer);
  markdown_findings(out, "Findings that appeared", answer.appeared);
  markdown_findings(out, "Findings that vanished", answer.vanished);
  markdown_gaps(out, answer.gaps);
  return out;
}

}  // namespace rolecall
