// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/report/diff_report.h"

namespace rolecall {

// `2 ways opened and 1 chain closed in 3 roles`.
[[nodiscard]] std::string diff_headline(const DiffAnswer& answer);

// How much of the two states was compared: `all`, `part` or `nothing`.
[[nodiscard]] std::string_view diff_extent(const DiffAnswer& answer);

// The functions below do not escape.
[[nodiscard]] std::string gap_words(const DiffGap& gap);
[[nodiscard]] std::string role_words(std::string_view arn);
// Who has the way, whether it opened or closed, and its condition.
[[nodiscard]] std::string who_words(const EdgeChange& change);
[[nodiscard]] std::string_view verb_of(const EdgeChange& change);
[[nodiscard]] std::string edge_condition(const EdgeChange& change);
// `for example with `sts:ExternalId` `blue-7``.
[[nodiscard]] std::string call_words(const AssumeRequest& request);

// Chains of the same principals, over the same roles, to several roles under the same conditions.
struct ChainGroup {
  ChangeKind kind{};
  std::vector<const ChainChange*> chains{};
};
[[nodiscard]] std::vector<ChainGroup> group_chains(const DiffAnswer& answer);
// The principals and the roles on the way: `user `a` of 111122223333 -> `b` -> `c``.
[[nodiscard]] std::string chain_words(const ChainGroup& group);
[[nodiscard]] std::string_view chain_verb(const ChainGroup& group);
// The conditions, `to `b`: with MFA; to `c`: ...`; of both states where they changed.
[[nodiscard]] std::string chain_condition(const ChainGroup& group);

}  // namespace rolecall
