// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/action.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"

namespace rolecall {

namespace {

struct ActionRow {
  std::string_view name{};
  ActionSet bit = 0;
};
constexpr auto kActions = std::to_array<ActionRow>({
    {"sts:AssumeRole", actions::kAssumeRole},
    {"sts:AssumeRoleWithSAML", actions::kWithSaml},
    {"sts:AssumeRoleWithWebIdentity", actions::kWithWebIdentity},
    {"sts:TagSession", actions::kTagSession},
    {"sts:SetSourceIdentity", actions::kSetSourceIdentity},
    {"sts:SetContext", actions::kSetContext},
    {"sts:AssumeRoot", actions::kAssumeRoot},
    {"iam:PassRole", actions::kPassRole},
});

}  // namespace

ActionSet action_bit(std::string_view action) {
  for (const ActionRow& row : kActions) {
    if (equals_ignore_case(row.name, action)) return row.bit;
  }
  return actions::kOther;
}

bool action_matches(std::string_view pattern, std::string_view action) {
  if (pattern == "*") return true;
  const auto match_names = [&](std::size_t colon, std::size_t action_colon) {
    return wildcard_match(pattern.substr(colon + 1), action.substr(action_colon + 1),
                          Case::Insensitive);
  };
  if (pattern.starts_with("*:")) {
    const std::size_t colon = action.find(':');
    return colon != std::string_view::npos && match_names(1, colon);
  }
  // Compares character by character, as most actions differ early in their service prefix.
  const std::size_t shorter = std::min(pattern.size(), action.size());
  std::size_t at = 0;
  while (at < shorter && pattern[at] != ':' &&
         ascii_lower(pattern[at]) == ascii_lower(action[at])) {
    ++at;
  }
  return at < shorter && pattern[at] == ':' && action[at] == ':' && match_names(at, at);
}

ActionSet matched_bits(std::string_view pattern) {
  const bool may = pattern.starts_with('*') || starts_with_ignore_case(pattern, "sts:") ||
                   starts_with_ignore_case(pattern, "iam:");
  ActionSet matched = 0;
  if (!may) return matched;
  for (const ActionRow& row : kActions) {
    if (action_matches(pattern, row.name)) matched |= row.bit;
  }
  return matched;
}

}  // namespace rolecall
