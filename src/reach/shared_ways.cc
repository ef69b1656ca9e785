// SPDX-License-Identifier: Apache-2.0
#include "reach/shared_ways.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "reach/call_solver.h"

namespace rolecall {

namespace {

std::vector<std::uint32_t> left_out(const SharedWays::Way& way, const Account* without,
                                    const std::vector<const SharedClass*>& apart) {
  std::vector<std::uint32_t> found;
  const auto add = [&](const auto& parts, const auto& key) {
    auto at = std::lower_bound(parts.begin(), parts.end(), std::make_pair(key, std::uint32_t{0}));
    for (; at != parts.end() && at->first == key; ++at) found.push_back(at->second);
  };
  add(way.by_account, without);
  for (const SharedClass* const each : apart) add(way.by_class, each);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

SharedWays share_ways(const Estate& estate, WhoAnswer answer,
                      const std::vector<const SharedClass*>& origins) {
  using Alike = std::tuple<AssumerKind, std::string, ExactResiduals, ResidualId, std::vector<Gate>>;
  std::map<Alike, std::size_t> known;
  SharedWays made;
  for (std::size_t i = 0; i < answer.assumptions.size(); ++i) {
    Assumption& each = answer.assumptions[i];
    const Account* const account = estate.find_account(each.account);
    const auto [found, added] = known.try_emplace(
        {each.kind, each.name, each.exact, each.condition, each.not_checked}, made.ways.size());
    std::vector<const IamEntity*> members = std::exchange(each.members, {});
    each.account.clear();
    if (added) made.ways.emplace_back().assumption = std::move(each);
    if (members.empty()) continue;  // A service.
    SharedWays::Way& way = made.ways[found->second];
    const auto part = static_cast<std::uint32_t>(way.members.parts.size());
    way.by_account.emplace_back(account, part);
    way.by_class.emplace_back(origins[i], part);
    way.count += members.size();
    way.members.parts.push_back({account, std::move(members)});
  }
  for (SharedWays::Way& way : made.ways) {
    std::sort(way.by_account.begin(), way.by_account.end());
    std::sort(way.by_class.begin(), way.by_class.end());
    way.members.parts.shrink_to_fit();
  }
  made.residuals = std::move(answer.residuals);
  return made;
}

std::optional<Assumption> adopt_way(const SharedWays& ways, const SharedWays::Way& way,
                                    const Account* without,
                                    const std::vector<const SharedClass*>& apart,
                                    ResidualTable& table) {
  Assumption made = way.assumption;
  if (!way.members.parts.empty()) {
    made.shared = &way.members;
    made.left_out = left_out(way, without, apart);
    made.shared_count = way.count;
    for (const std::uint32_t part : made.left_out) {
      made.shared_count -= way.members.parts[part].members.size();
    }
    if (made.shared_count == 0) return std::nullopt;
  }
  for (ResidualId& each : made.exact) each = table.adopt(ways.residuals, each);
  made.condition = table.adopt(ways.residuals, made.condition);
  return made;
}

}  // namespace rolecall
