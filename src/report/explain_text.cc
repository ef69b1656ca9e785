// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/iam/arn.h"
#include "rolecall/report/explain_report.h"

#include "report/caller_words.h"
#include "report/terminal_color.h"

namespace rolecall {

namespace {

struct Mark {
  std::string_view sign{};
  std::string_view color{};
};

Mark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allows:
      return {"✓", kGreen};
    case Verdict::DeniesImplicitly:
    case Verdict::DeniesExplicitly:
      return {"✗", kRed};
    case Verdict::Depends:
    case Verdict::Unknown:
      return {"?", kYellow};
    case Verdict::NotChecked:
      return {"–", kYellow};
    case Verdict::NotApplicable:
      return {"·", ""};
  }
  return {"?", ""};
}

// Length of the common prefix of two texts, in whole characters.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  std::size_t same = 0;
  while (same < std::min(a.size(), b.size()) && a[same] == b[same]) ++same;
  while (same > 0 && same < a.size() && (static_cast<unsigned char>(a[same]) & 0xC0) == 0x80) {
    --same;
  }
  return same;
}

class ExplainText {
 public:
  ExplainText(const ExplainAnswer& answer, TextStyle style)
      : answer_(answer), decision_(answer.diagnosis.decision), style_(style) {}

  std::string write() {
    headline();
    if (style_.quiet) return out_;
    evidence();
    gates();
    causes();
    notes();
    if (!answer_.fixes.empty()) line("");
    out_ += write_fixes(answer_, style_);
    list(fmt::format("Why AWS may have {} all the same, likeliest first:",
                     aws_allowed() ? "allowed it" : "refused"),
         answer_.diagnosis.contradiction);
    likely();
    list("What would settle it:", open_unknowns());
    std::vector<Unknown> not_checked = unchecked();
    not_checked.insert(not_checked.end(), answer_.not_read.begin(), answer_.not_read.end());
    list("Not checked:", not_checked);
    return out_;
  }

 private:
  std::string paint(std::string_view color, std::string_view text) const {
    if (!style_.color || color.empty()) return std::string(text);
    return fmt::format("{}{}{}", color, text, kPlain);
  }

  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }

  std::string who() const { return short_name(decision_, answer_.request.principal); }
  std::string what() const { return short_role(answer_.request.role); }
  std::string_view verb() const {
    return equals_ignore_case(answer_.request.action, "iam:PassRole") ? "pass" : "assume";
  }

  bool aws_allowed() const { return answer_.evidence != nullptr && answer_.evidence->allowed; }
  bool aws_refused() const { return answer_.evidence != nullptr && !answer_.evidence->allowed; }

  void headline() {
    const auto& causes = answer_.diagnosis.causes;
    std::string text;
    std::string_view color = kYellow;
    switch (decision_.decision) {
      case Decision::Denied:
        color = aws_allowed() ? kYellow : kRed;
        text = causes.empty() ? fmt::format("{} may not {} {}", who(), verb(), what())
                              : causes[0].message;
        if (causes.size() > 1) {
          text += fmt::format(" (1 of {} causes; each alone refuses the call)", causes.size());
        }
        if (aws_allowed()) text += ", although AWS allowed it";
        text = fmt::format("{} {}", paint(color, "Denied:"), escape_for_terminal(text));
        break;
      case Decision::Allowed:
        color = aws_refused() ? kYellow : kGreen;
        text = fmt::format("{} {}", paint(color, "Allowed:"),
                           escape_for_terminal(fmt::format(
                               "everything that was checked lets {} {} {}{}", who(), verb(), what(),
                               aws_refused() ? ", although AWS refused" : "")));
        break;
      case Decision::Conditional:
        text = fmt::format("{} {}", paint(color, "It depends:"),
                           escape_for_terminal(conditional_words()));
        break;
      case Decision::Unknown:
        text = fmt::format("{} {}", paint(color, "Unknown:"), escape_for_terminal(unknown_words()));
        break;
    }
    line(paint(kBold, text));
    if (style_.quiet) return;
    const std::string question = fmt::format(
        "{} -> {}{}", who(), what(),
        answer_.request.action.empty() ? "" : fmt::format(", {}", answer_.request.action));
    line(fmt::format("  {}", escape_for_terminal(question)));
  }

  std::string conditional_words() const {
    const auto& likely = answer_.diagnosis.likely_causes;
    const ErrorEvidence* const said = answer_.evidence;
    const bool deny_is_open = said != nullptr && said->explicit_deny && said->named_gate &&
                              decision_.at(*said->named_gate).verdict == Verdict::Depends;
    const CauseRow* const row = likely.empty() ? nullptr : find_cause(likely[0]);
    if (deny_is_open && row != nullptr) {
      return fmt::format("most likely {}; that hangs on what is not known here{}", row->summary,
                         first_unknown());
    }
    return fmt::format("{} may {} {} under conditions that are not known here{}", who(), verb(),
                       what(), first_unknown());
  }

  std::string first_unknown() const {
    const auto open = open_unknowns();
    return open.empty() ? "" : fmt::format(": {}", open[0].what);
  }

  // The likeliest cause by the error text, when the data does not decide.
  std::string likely_words() const {
    for (const std::string& code : answer_.diagnosis.likely_causes) {
      if (const CauseRow* row = find_cause(code)) {
        return fmt::format("most likely {}; it cannot be told: ", row->summary);
      }
    }
    return fmt::format("whether {} may {} {} cannot be told: ", who(), verb(), what());
  }

  std::string missing_words(Gate gate) const {
    for (const MissingDatum& datum : decision_.missing) {
      if (datum.gate == gate) return fmt::format("of `{}`, {}", datum.what, datum.why);
    }
    return fmt::format("AWS does not document what the {} says here", gate_title(gate));
  }

  std::string unknown_words() const {
    const auto& contradiction = answer_.diagnosis.contradiction;
    if (answer_.evidence != nullptr && answer_.evidence->named_gate && !contradiction.empty()) {
      return fmt::format("AWS says the {} refused, and that could not be checked here",
                         gate_title(*answer_.evidence->named_gate));
    }
    if (answer_.estate.incomplete) return likely_words() + "a file could not be read";
    for (int i = 0; i < kGateCount; ++i) {
      const auto gate = static_cast<Gate>(i);
      const GateAnswer& answer = decision_.at(gate);
      const bool no_trust = gate == Gate::Trust && answer.verdict == Verdict::NotChecked;
      if (answer.verdict != Verdict::Unknown && !no_trust) continue;
      return likely_words() + (answer.why.empty() ? missing_words(gate) : answer.why);
    }
    return likely_words() + "something that was not given decides";
  }

  void evidence() {
    const ErrorEvidence* said = answer_.evidence;
    if (said == nullptr || said->sentence.empty()) return;
    line(fmt::format("  AWS said: {}{}", escape_for_terminal(said->sentence),
                     said->times > 1 ? fmt::format(" ({} times)", said->times) : ""));
  }

  void gates() {
    if (decision_.sub_actions.empty() && answer_.diagnosis.causes.empty()) return;
    line("");
    for (int i = 0; i < kGateCount; ++i) {
      const auto gate = static_cast<Gate>(i);
      const GateAnswer& answer = decision_.at(gate);
      const bool hidden =
          answer.verdict == Verdict::NotApplicable && !style_.verbose && gate != Gate::Trust;
      if (hidden) continue;
      const Mark mark = mark_of(answer.verdict);
      std::string words(verdict_name(answer.verdict));
      if (answer.verdict == Verdict::DeniesExplicitly && gate > Gate::Idp) words += " explicitly";
      // The reasons of gates that were not checked come below, with commands that fetch the data.
      const bool explained = answer.verdict == Verdict::NotChecked;
      if (!answer.why.empty() && !explained) words += ": " + escape_for_terminal(answer.why);
      line(fmt::format("  {} {:<26} {}", paint(mark.color, mark.sign), gate_title(gate), words));
    }
  }

  void causes() {
    const auto& causes = answer_.diagnosis.causes;
    for (std::size_t i = 0; i < causes.size(); ++i) {
      const Cause& cause = causes[i];
      const std::string number =
          causes.size() > 1 ? fmt::format(" {} of {}", i + 1, causes.size()) : "";
      line("");
      line(fmt::format("{}: {} [{}]", paint(kBold, fmt::format("Cause{}", number)),
                       escape_for_terminal(cause.message), cause.code));
      if (!cause.policy.empty()) {
        line(fmt::format(
            "  in {}{}", escape_for_terminal(cause.policy),
            cause.statement_index ? fmt::format(", statement {}", *cause.statement_index) : ""));
      }
      source_line(cause.at);
      values(cause);
    }
  }

  void source_line(Span at) {
    if (!at.known()) return;
    const Location place = answer_.estate.sources().locate(at);
    const std::string_view text = place.line_text;
    const std::size_t indent = std::min(text.find_first_not_of(" \t"), text.size());
    const std::size_t begin = std::max<std::size_t>(place.marked_begin, indent);
    const std::size_t end = std::max<std::size_t>(place.marked_end, begin);
    const std::string before = escape_for_terminal(text.substr(indent, begin - indent));
    const std::string marked = escape_for_terminal(text.substr(begin, end - begin));
    const std::string after = escape_for_terminal(text.substr(end));
    const std::string number = std::to_string(place.line);
    line(fmt::format("  --> {}:{}:{}", escape_for_terminal(place.file), place.line, place.column));
    line(fmt::format("  {} | {}{}{}", number, before, paint(kRed, marked), after));
    line(fmt::format("  {} | {}{}", std::string(number.size(), ' '),
                     std::string(count_characters(before), ' '),
                     std::string(std::max<std::size_t>(1, count_characters(marked)), '^')));
  }

  // The expected and the actual value, with a mark where they begin to differ.
  void values(const Cause& cause) {
    if (cause.expected.empty()) return;
    constexpr std::size_t kShown = 5;
    for (std::size_t i = 0; i < std::min(cause.expected.size(), kShown); ++i) {
      line(fmt::format("  {:<9} {}", i == 0 ? "expected" : "or",
                       escape_for_terminal(cause.expected[i])));
    }
    if (cause.expected.size() > kShown) {
      line(fmt::format("            and {} more", cause.expected.size() - kShown));
    }
    if (!cause.actual) {
      // An identity provider is missing from the account, not from the request.
      line(fmt::format("  actual    (absent from the {})",
                       cause.gate == Gate::Idp ? "account" : "request"));
      return;
    }
    line(fmt::format("  {:<9} {}", "actual", escape_for_terminal(*cause.actual)));
    if (cause.expected[0].starts_with("arn:PARTITION:")) return;  // A form, no value.
    std::size_t longest = 0;
    for (const std::string& each : cause.expected) {
      longest = std::max(longest, common_prefix(*cause.actual, each));
    }
    const std::string before = escape_for_terminal(cause.actual->substr(0, longest));
    const std::string rest = escape_for_terminal(cause.actual->substr(longest));
    if (longest == 0 || rest.empty()) return;
    line(fmt::format("            {}{} differs from here",
                     std::string(count_characters(before), ' '), "^"));
  }

  // Choices where AWS's pages differ: decisive ones always, others only with --verbose.
  void notes() {
    bool first = true;
    for (const Note& note : answer_.diagnosis.notes) {
      if (!note.decisive && !style_.verbose) continue;
      if (first) line("\nWhere AWS's documentation differs, this was chosen:");
      first = false;
      line(fmt::format("  - {}: {} [rule {}]", gate_title(note.gate),
                       escape_for_terminal(note.message), note.rule));
    }
  }

  void likely() {
    if (answer_.diagnosis.likely_causes.empty() || !answer_.diagnosis.causes.empty()) return;
    constexpr std::size_t kShown = 6;
    std::vector<std::string> rows;
    for (const std::string& code : answer_.diagnosis.likely_causes) {
      const CauseRow* row = find_cause(code);
      if (row == nullptr || rows.size() == kShown) continue;
      rows.push_back(fmt::format("  - {} [{}]", row->summary, code));
    }
    if (rows.empty()) return;
    line("");
    line("What this error usually means, likeliest first:");
    for (const std::string& row : rows) line(row);
  }

  std::vector<Unknown> open_unknowns() const {
    std::vector<Unknown> open;
    for (const Unknown& each : answer_.diagnosis.unknowns) {
      if (!is_unchecked(each)) open.push_back(each);
    }
    return open;
  }

  std::vector<Unknown> unchecked() const {
    std::vector<Unknown> all;
    if (!answer_.diagnosis.contradiction.empty() && !aws_allowed()) return all;
    for (const Unknown& each : answer_.diagnosis.unknowns) {
      if (is_unchecked(each)) all.push_back(each);
    }
    return all;
  }

  // Data that could not be read but that nothing depends on.
  bool is_unchecked(const Unknown& unknown) const {
    return std::any_of(decision_.missing.begin(), decision_.missing.end(),
                       [&](const MissingDatum& datum) {
                         const Verdict verdict = decision_.at(datum.gate).verdict;
                         return datum.what == unknown.what && verdict != Verdict::Unknown &&
                                verdict != Verdict::Depends;
                       });
  }

  // Items with the same reason and the same command share a line.
  static std::vector<Unknown> grouped(const std::vector<Unknown>& items) {
    std::vector<Unknown> groups;
    for (const Unknown& each : items) {
      const auto same = [&](const Unknown& other) {
        return other.why == each.why && other.obtain == each.obtain;
      };
      const auto found = std::find_if(groups.begin(), groups.end(), same);
      if (found == groups.end()) {
        groups.push_back(each);
      } else {
        found->what += ", " + each.what;
      }
    }
    return groups;
  }

  void list(std::string_view title, const std::vector<Unknown>& items) {
    if (items.empty()) return;
    line("");
    line(title);
    for (const Unknown& each : grouped(items)) {
      line(
          fmt::format("  - {}: {}", escape_for_terminal(each.what), escape_for_terminal(each.why)));
      if (!each.obtain.empty()) {
        line(fmt::format("      {}", escape_for_terminal(each.obtain)));
      }
    }
  }

  const ExplainAnswer& answer_;
  const AssumeDecision& decision_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string write_explain_text(const ExplainAnswer& answer, TextStyle style) {
  return ExplainText(answer, style).write();
}

}  // namespace rolecall
