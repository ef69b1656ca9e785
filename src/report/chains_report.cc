// SPDX-License-Identifier: Apache-2.0
#include "rolecall/report/chains_report.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/text_lines.h"
#include "report/walk_parts.h"
#include "report/who_words.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostChainNames = 5;
constexpr std::size_t kMostWalks = 20;

Unchecked unchecked_of(const ChainsReport& report) {
  Unchecked unchecked(report.estate);
  for (const ChainAssumer& each : report.answer.assumers) {
    unchecked.add(calls_of(each.calls), each.account);
  }
  return unchecked;
}

class ChainsText : private TextLines {
 public:
  ChainsText(const ChainsReport& report, TextStyle style)
      : TextLines(style), report_(report), answer_(report.answer) {}

  std::string write() {
    headline();
    if (quiet()) return take();
    std::map<std::size_t, std::vector<const ChainAssumer*>> by_calls;
    constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
    for (const ChainAssumer& each : answer_.assumers) {
      by_calls[each.unknown ? kUnknown : each.calls.size()].push_back(&each);
    }
    for (const auto& [calls, list] : by_calls) {
      line("");
      line(bold(calls == kUnknown ? "Cannot be told:"
                : calls == 1      ? "With one call:"
                                  : fmt::format("With {} calls:", calls)));
      section(list);
      const ChainAssumer& first = *list.front();
      if (calls != kUnknown) continue;
      write_settling(*this, first.members.empty() ? first.name : std::string(first.members[0]->arn),
                     calls_of(first.calls));
    }
    write_gaps(*this, answer_.gaps);
    write_unchecked(*this, unchecked_of(report_));
    return take();
  }

 private:
  void headline() {
    const std::string role =
        escape_for_terminal(fmt::format("role `{}` of {}", answer_.role->name, answer_.account));
    if (!answer_.trust_known) {
      return line(bold(fmt::format("Unknown: who can end up in {} cannot be told", role)));
    }
    std::array<std::size_t, kAssumerKinds> known{};
    std::size_t over = 0;
    std::size_t unknown = 0;
    for (const ChainAssumer& each : answer_.assumers) {
      (each.unknown ? unknown : known[static_cast<std::size_t>(each.kind)]) += each.count();
      if (!each.unknown && each.calls.size() > 1) over += each.count();
    }
    std::vector<std::string> parts;
    for (const AssumerWords& row : assumer_words()) {
      const std::size_t count = known[static_cast<std::size_t>(row.kind)];
      if (count == 0) continue;
      parts.push_back(row.kind == AssumerKind::Outside ? "principals of any other account"
                                                       : count_words(count, row.one, row.many));
    }
    const std::string who = !parts.empty() ? join_list(parts, kAssumerKinds) + " can"
                            : answer_.gaps.empty() && unknown == 0
                                ? "Nobody can"
                                : "Nobody is known to be able to";
    std::string text = fmt::format("{} end up in {}", who, role);
    if (over > 0) text += fmt::format(", {} of them over other roles", with_commas(over));
    if (unknown > 0) {
      text += fmt::format("; of {}{} it cannot be told", with_commas(unknown),
                          parts.empty() ? "" : " more");
    }
    text += unread_words(report_.estate);
    line(bold(text));
  }

  void section(const std::vector<const ChainAssumer*>& list) {
    const std::size_t shown = report_.all ? list.size() : std::min(list.size(), kMostWalks);
    for (std::size_t i = 0; i < shown; ++i) walk(*list[i]);
    if (shown == list.size()) return;
    std::size_t left = 0;
    for (std::size_t i = shown; i < list.size(); ++i) left += list[i]->count();
    line(fmt::format("  and {} more", with_commas(left)));
  }

  void walk(const ChainAssumer& assumer) {
    wrapped(name_of(assumer), 2);
    if (assumer.calls.size() == 1) {
      const std::string words = terms(assumer.calls[0]);
      if (!words.empty()) wrapped(words, 6);
      return;
    }
    for (const Hop& hop : assumer.calls) {
      line(fmt::format("      -> {}", escape_for_terminal(hop.role->arn)));
      if (const std::string words = terms(hop); !words.empty()) wrapped(words, 11);
    }
  }

  std::string terms(const Hop& hop) const {
    return escape_for_terminal(call_terms(answer_.residuals, hop));
  }

  std::string name_of(const ChainAssumer& assumer) const {
    if (assumer.members.empty()) {
      return escape_for_terminal(describe_assumer(assumer.kind, assumer.account, assumer.name));
    }
    std::vector<std::string> names;
    for (const IamEntity* each : assumer.members) names.push_back(escape_for_terminal(each->name));
    std::sort(names.begin(), names.end());
    const AssumerWords& words = assumer_words()[static_cast<std::size_t>(assumer.kind)];
    return fmt::format("{} of {}: {}", count_words(names.size(), words.one, words.many),
                       assumer.account,
                       join_list(names, report_.all ? names.size() : kMostChainNames));
  }

  const ChainsReport& report_;
  const ChainsAnswer& answer_;
};

}  // namespace

std::string write_chains_text(const ChainsReport& report, TextStyle style) {
  return ChainsText(report, style).write();
}

void write_chains_json(JsonWriter& out, const ChainsReport& report) {
  const ChainsAnswer& answer = report.answer;
  out.begin_object();
  out.member("schema", "rolecall.chains/1");
  out.member("rolecall_version", rolecall_version());
  out.member("role", answer.role->arn);
  out.member("decided", answer.trust_known);
  out.key("chains");
  out.begin_array();
  for (const ChainAssumer& each : answer.assumers) {
    out.begin_object();
    out.member("kind", assumer_kind_name(each.kind));
    out.member_or_null("account", each.account);
    out.member_or_null("name", each.name);
    out.key("principals");
    out.begin_array();
    for (const IamEntity* member : each.members) out.string(member->arn);
    out.end_array();
    write_calls(out, answer.residuals, calls_of(each.calls));
    out.end_object();
  }
  out.end_array();
  write_end(out, answer.gaps, unchecked_of(report), report.estate, report.diagnostics);
}

}  // namespace rolecall
