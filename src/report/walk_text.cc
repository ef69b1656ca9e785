// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/report/walk_report.h"

#include "report/text_lines.h"
#include "report/walk_parts.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostRoles = 20;

class WalkText : private TextLines {
 public:
  WalkText(const ResidualTable& residuals, std::string_view from, std::span<const WalkStart> starts,
           TextStyle style)
      : TextLines(style),
        residuals_(residuals),
        asked_(from),
        from_(escape_for_terminal(from)),
        starts_(starts) {}

  void write_reach(const ReachReport& report) {
    const ReachAnswer& answer = report.answer;
    std::size_t direct = 0;
    std::size_t unknown = 0;
    for (const std::size_t at : answer.roles) {
      const Reached& each = answer.sessions[at];
      (each.unknown ? unknown : direct) += each.unknown || each.hops == 1 ? 1 : 0;
    }
    const std::size_t known = answer.roles.size() - unknown;
    std::string text = known > 0 ? fmt::format("`{}` can assume {}", from_, roles(known))
                       : answer.gaps.empty() && unknown == 0
                           ? fmt::format("`{}` can assume no role", from_)
                           : fmt::format("No role is known that `{}` can assume", from_);
    if (known > direct)
      text += fmt::format(", {} of them over other roles", with_commas(known - direct));
    if (unknown > 0)
      text += fmt::format("; of {}{} it cannot be told", with_commas(unknown),
                          known == 0 ? "" : " more");
    text += unread_words(report.estate);
    headline(text);
    if (quiet()) return;
    std::map<std::size_t, std::vector<std::size_t>> by_hops;
    constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
    for (const std::size_t at : answer.roles) {
      const Reached& each = answer.sessions[at];
      by_hops[each.unknown ? kUnknown : each.hops].push_back(at);
    }
    for (const auto& [hops, list] : by_hops) {
      line("");
      line(bold(hops == kUnknown ? "Cannot be told:"
                : hops == 1      ? "With one call:"
                                 : fmt::format("With {} calls:", hops)));
      const std::size_t shown = report.all ? list.size() : std::min(list.size(), kMostRoles);
      for (std::size_t i = 0; i < shown; ++i) reached(answer, list[i]);
      if (shown < list.size()) line(fmt::format("  and {} more", with_commas(list.size() - shown)));
    }
    const auto untold = by_hops.find(kUnknown);
    if (untold != by_hops.end()) {
      const std::size_t at = untold->second.front();
      write_settling(*this, start(answer.sessions[at].start), walk_to(answer, at));
    }
    write_gaps(*this, answer.gaps);
    write_unchecked(*this, unchecked_of(report));
  }

  void write_paths(const PathReport& report) {
    const PathAnswer& answer = report.answer;
    const std::string to = escape_for_terminal(report.to.arn);
    if (answer.paths.empty()) {
      headline(answer.reach.gaps.empty()
                   ? fmt::format("`{}` cannot assume `{}`, over no other role either", from_, to)
                   : fmt::format("Unknown: no way is known from `{}` to `{}`", from_, to));
      if (quiet()) return;
      nearest(answer, to);
      return write_gaps(*this, answer.reach.gaps);
    }
    const std::vector<Hop>& first = answer.paths[0];
    const bool unknown = is_unknown(first);
    std::string text = fmt::format("`{}` can {}assume `{}`", from_, unknown ? "perhaps " : "", to);
    if (first.size() > 1) text += fmt::format(" with {} calls", first.size());
    if (!unknown && has_conditions(first)) text += ", under conditions";
    if (answer.paths.size() > 1 || answer.more) {
      const std::size_t ways = answer.paths.size();
      text += fmt::format("; {} {}{}", ways, ways == 1 ? "way" : "ways",
                          answer.more ? ", perhaps more" : "");
    }
    text += unread_words(report.estate);
    headline(text);
    if (quiet()) return;
    for (std::size_t i = 0; i < answer.paths.size(); ++i) {
      line("");
      line("  " + start(answer.starts[i]));
      for (const Hop& hop : answer.paths[i]) call(hop);
    }
    if (first.size() > 1) line("\nEach session after the first lasts an hour at most.");
    if (unknown) write_settling(*this, start(answer.starts[0]), calls_of(first));
    write_gaps(*this, answer.reach.gaps);
    write_unchecked(*this, unchecked_of(report));
  }

  using TextLines::take;

 private:
  void headline(std::string text) { line(bold(std::move(text))); }

  std::string start(std::size_t index) const {
    return escape_for_terminal(start_text(starts_, index, asked_));
  }

  static std::string roles(std::size_t count) { return count_words(count, "role", "roles"); }

  static bool is_unknown(const std::vector<Hop>& path) {
    return std::any_of(path.begin(), path.end(), [](const Hop& hop) { return hop.unknown; });
  }

  static bool has_conditions(const std::vector<Hop>& path) {
    return std::any_of(path.begin(), path.end(),
                       [](const Hop& hop) { return hop.condition != ResidualTable::kAlways; });
  }

  std::string terms(const Hop& hop) const {
    return escape_for_terminal(call_terms(residuals_, hop));
  }

  // Who makes the call, if that is not the principal of the question.
  std::string source(const ReachAnswer& answer, const Reached& reached) const {
    if (reached.before != kNoHop) {
      const Role& before = *answer.sessions[reached.before].hop.role;
      return fmt::format("from {}", escape_for_terminal(before.arn));
    }
    const std::string from = start(reached.start);
    return starts_.size() > 1 || from != from_ ? fmt::format("from {}", from) : std::string();
  }

  void reached(const ReachAnswer& answer, std::size_t at) {
    const Reached& each = answer.sessions[at];
    std::string text = "  " + escape_for_terminal(each.hop.role->arn);
    const std::string before = source(answer, each);
    if (!before.empty()) {
      const bool fits = text.size() + before.size() + 2 <= kColumns;
      text += (fits ? ", " : "\n      ") + before;
    }
    line(text);
    if (const std::string words = terms(each.hop); !words.empty()) wrapped(words, 6);
  }

  void call(const Hop& hop) {
    line(fmt::format("  -> {}", escape_for_terminal(hop.role->arn)));
    if (const std::string words = terms(hop); !words.empty()) wrapped(words, 7);
  }

  void nearest(const PathAnswer& answer, const std::string& to) {
    if (!answer.nearest) return;
    const NearestCall& call = *answer.nearest;
    const bool direct = call.before == kNoHop;
    const std::string before =
        direct ? start(call.start)
               : escape_for_terminal(answer.reach.sessions[call.before].hop.role->arn);
    std::vector<std::string> names;
    for (const Gate gate : call.refuse) names.emplace_back(gate_title(gate));
    line("");
    wrapped(fmt::format("Nearest: {}, refused by {}",
                        direct ? "the call itself" : fmt::format("the call of `{}`", before),
                        join_list(names, names.size())),
            0);
    write_explain(*this, before, to);
  }

  const ResidualTable& residuals_;
  std::string_view asked_;
  std::string from_;  // The principal of the question, escaped.
  std::span<const WalkStart> starts_;
};

}  // namespace

std::string write_reach_text(const ReachReport& report, TextStyle style) {
  WalkText text(report.answer.residuals, report.from, report.starts, style);
  text.write_reach(report);
  return text.take();
}

std::string write_path_text(const PathReport& report, TextStyle style) {
  WalkText text(report.answer.reach.residuals, report.from, report.starts, style);
  text.write_paths(report);
  return text.take();
}

}  // namespace rolecall
