// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/who_every_report.h"

#include "report/json_parts.h"
#include "report/text_lines.h"
#include "report/walk_parts.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostCounted = 20;

using Counts = std::vector<const WhoCount*>;

bool is_told(const WhoCount& count) {
  return count.trust_known && count.unknown == 0 && count.complete;
}

class WhoEveryText : private TextLines {
 public:
  WhoEveryText(const WhoEveryReport& report, TextStyle style) : TextLines(style), report_(report) {
    for (const WhoCount& each : report.roles) {
      accounts_.insert(each.account);
      if (each.of(AssumerKind::Outside) != 0) open_.push_back(&each);
      if (each.total() != 0) some_.push_back(&each);
      if (!is_told(each)) untold_.push_back(&each);
      if (each.total() == 0 && is_told(each)) ++nobodys_;
    }
    const auto by_total = [](const WhoCount* a, const WhoCount* b) {
      return a->total() > b->total();
    };
    std::stable_sort(open_.begin(), open_.end(), by_total);
    std::stable_sort(some_.begin(), some_.end(), by_total);
  }

  std::string write() {
    headline();
    if (quiet()) return take();
    list("Open to principals of every other account", open_);
    list(report_.all ? "By how many can assume them" : "Those that most can assume", some_);
    list("Not told in full; `rolecall who ROLE` says why", untold_);
    not_checked();
    write_gaps(*this, report_.gaps);
    return take();
  }

 private:
  void headline() {
    if (report_.roles.empty()) {
      return line(bold(report_.gaps.empty() ? "The estate has no roles"
                                            : fmt::format("No role is known: {}", why_more())));
    }
    std::string text =
        fmt::format("{} of {}: {} open to every other account, {} to somebody, {} to nobody",
                    count_words(report_.roles.size(), "role", "roles"),
                    count_words(accounts_.size(), "account", "accounts"), with_commas(open_.size()),
                    with_commas(some_.size()), with_commas(nobodys_));
    if (!untold_.empty()) text += fmt::format("; {} not told in full", with_commas(untold_.size()));
    if (!report_.gaps.empty()) text += fmt::format("; {}, so there may be more", why_more());
    line(bold(text));
  }

  std::string_view why_more() const {
    if (report_.estate.incomplete) return "a file could not be read";
    return report_.estate.accounts().empty() ? "the estate has no account"
                                             : "exports do not list them all";
  }

  void list(std::string_view title, const Counts& counts) {
    if (counts.empty()) return;
    line("");
    line(bold(fmt::format("{}:", title)));
    const std::size_t shown =
        report_.all || counts.size() <= kMostCounted ? counts.size() : kMostCounted - 1;
    for (std::size_t i = 0; i < shown; ++i) line(row(*counts[i]));
    if (shown == counts.size()) return;
    line(fmt::format("  and {} more (--all lists them)", with_commas(counts.size() - shown)));
  }

  void not_checked() {
    std::set<Gate> gates;
    for (const WhoCount& each : report_.roles) {
      gates.insert(each.not_checked.begin(), each.not_checked.end());
    }
    if (gates.empty()) return;
    std::vector<std::string> titles;
    titles.reserve(gates.size());
    for (const Gate gate : gates) titles.emplace_back(gate_title(gate));
    line(fmt::format("\nNot checked for some of them: {}", join_list(titles, kGateCount)));
    line("  rolecall who ROLE --estate ...  # says whose, and what fetches it");
  }

  static std::string row(const WhoCount& count) {
    std::vector<std::string> parts;
    for (const AssumerWords& words : assumer_words()) {
      const std::size_t can = count.of(words.kind);
      if (can == 0) continue;
      parts.push_back(words.kind == AssumerKind::Outside ? "any other account"
                                                         : count_words(can, words.one, words.many));
    }
    std::string text = count.trust_known ? join_list(parts, parts.size()) : "not known";
    if (count.trust_known && parts.empty()) text = "nobody";
    text += under_conditions(count.conditional, count.total());
    if (count.unknown != 0) {
      text += fmt::format("; of {} it cannot be told", with_commas(count.unknown));
    }
    if (count.trust_known && !count.complete) text += "; there may be more";
    return fmt::format("  {}: {}", escape_for_terminal(count.role->arn), text);
  }

  const WhoEveryReport& report_;
  std::set<std::string_view> accounts_;
  Counts open_;
  Counts some_;
  Counts untold_;
  std::size_t nobodys_ = 0;
};

}  // namespace

std::string write_who_every_text(const WhoEveryReport& report, TextStyle style) {
  return WhoEveryText(report, style).write();
}

void write_who_every_json(JsonWriter& out, const WhoEveryReport& report) {
  const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  out.begin_object();
  out.member("schema", "rolecall.who-every/1");
  out.member("rolecall_version", rolecall_version());
  out.key("roles");
  out.begin_array();
  for (const WhoCount& each : report.roles) {
    out.begin_object();
    out.member("role", each.role->arn);
    out.member("account", each.account);
    out.member("decided", each.trust_known);
    out.key("can_assume");
    out.begin_object();
    for (const AssumerWords& words : assumer_words()) {
      out.member(assumer_kind_name(words.kind), number(each.of(words.kind)));
    }
    out.end_object();
    out.member("conditional", number(each.conditional));
    out.member("unknown", number(each.unknown));
    out.member("complete", each.complete);
    out.key("not_checked");
    out.begin_array();
    for (const Gate gate : each.not_checked) out.string(gate_name(gate));
    out.end_array();
    out.end_object();
  }
  out.end_array();
  out.member("complete", report.gaps.empty());
  write_gaps(out, report.gaps);
  out.key("diagnostics");
  out.begin_array();
  for (const Diagnostic& each : report.diagnostics.all()) {
    write_diagnostic(out, report.estate.sources(), each);
  }
  out.end_array();
  out.end_object();
}

}  // namespace rolecall
