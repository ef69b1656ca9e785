// SPDX-License-Identifier: Apache-2.0
#include "reach/diff_gaps.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr std::size_t kMostNamedInGap = 3;

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (names.empty() || names.back() != name) names.emplace_back(name);
}

std::string quoted_names(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& each : names) quoted.push_back(fmt::format("`{}`", each));
  return join_list(quoted, kMostNamedInGap);
}

}  // namespace

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
  add_once(found.roles, role);
  found.hides = found.hides || hides;
}

void DiffGaps::add_chain(const DiffReason& reason, std::string_view role, bool hides) {
  Entry& found = entry(reason);
  if (std::find(found.chains.begin(), found.chains.end(), role) == found.chains.end()) {
    found.chains.emplace_back(role);
  }
  found.hides = found.hides || hides;
}

void DiffGaps::add_finding(const DiffReason& reason, const AuditFinding& finding) {
  Entry& found = entry(reason);
  add_once(found.findings, fmt::format("{} of {}", finding.rule->id, finding.subject));
  found.hides = true;
}

std::vector<DiffGap> DiffGaps::take() const {
  std::vector<DiffGap> gaps;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& each = entries_[i];
    std::vector<std::string> parts;
    if (!each.roles.empty()) {
      parts.push_back(
          fmt::format("who can assume {}, by one call or over chains", quoted_names(each.roles)));
    }
    if (!each.chains.empty()) {
      parts.push_back(fmt::format("chains to {}", quoted_names(each.chains)));
    }
    if (!each.findings.empty()) {
      parts.push_back(fmt::format("{} {}", each.findings.size() == 1 ? "the finding" : "findings",
                                  quoted_names(each.findings)));
    }
    DiffGap gap{fmt::format("{}", fmt::join(parts, "; ")),
                reasons_[i].why,
                reasons_[i].obtain,
                {},
                each.hides};
    for (const auto* const roles : {&each.roles, &each.chains}) {
      for (const std::string& role : *roles) {
        if (std::find(gap.roles.begin(), gap.roles.end(), role) == gap.roles.end()) {
          gap.roles.push_back(role);
        }
      }
    }
    gaps.push_back(std::move(gap));
  }
  return gaps;
}

}  // namespace rolecall
