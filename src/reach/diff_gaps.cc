// SPDX-License-Identifier: Apache-2.0
#include "reach/diff_gaps.h"

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostNamedInGap = 3;

std::string quoted_names(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& each : names) quoted.push_back(fmt::format("`{}`", each));
  return join_list(quoted, kMostNamedInGap);
}

}  // namespace

void DiffGaps::Names::add(std::string_view name) {
  if (known.emplace(name).second) list.emplace_back(name);
}

DiffGaps::Entry& DiffGaps::entry(const DiffReason& reason) {
  const auto [place, added] = places_.try_emplace(reason, entries_.size());
  if (added) {
    reasons_.push_back(reason);
    entries_.emplace_back();
  }
  return entries_[place->second];
}

void DiffGaps::add_role(const DiffReason& reason, std::string_view role, bool hides) {
  Entry& found = entry(reason);
  found.roles.add(role);
  found.hides = found.hides || hides;
}

void DiffGaps::add_chain(const DiffReason& reason, std::string_view role, bool hides) {
  Entry& found = entry(reason);
  found.chains.add(role);
  found.hides = found.hides || hides;
}

void DiffGaps::add_finding(const DiffReason& reason, const AuditFinding& finding) {
  Entry& found = entry(reason);
  found.findings.add(fmt::format("{} of {}", finding.rule->id, finding.subject));
  found.hides = true;
}

std::vector<DiffGap> DiffGaps::take() const {
  std::vector<DiffGap> gaps;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& each = entries_[i];
    std::vector<std::string> parts;
    if (!each.roles.list.empty()) {
      parts.push_back(fmt::format("who can assume {}, by one call or over chains",
                                  quoted_names(each.roles.list)));
    }
    if (!each.chains.list.empty()) {
      parts.push_back(fmt::format("chains to {}", quoted_names(each.chains.list)));
    }
    if (!each.findings.list.empty()) {
      parts.push_back(fmt::format("{} {}",
                                  each.findings.list.size() == 1 ? "the finding" : "findings",
                                  quoted_names(each.findings.list)));
    }
    DiffGap gap{fmt::format("{}", fmt::join(parts, "; ")), reasons_[i].why, reasons_[i].obtain,
                each.roles.list, each.hides};
    for (const std::string& role : each.chains.list) {
      if (each.roles.known.count(role) == 0) gap.roles.push_back(role);
    }
    gaps.push_back(std::move(gap));
  }
  return gaps;
}

}  // namespace rolecall
