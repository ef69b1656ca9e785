// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who_every.h"

#include <algorithm>
#include <thread>

#include "base/ordered_work.h"
#include "reach/principal_index.h"

namespace rolecall {

namespace {

void count(const WhoIndex& index, WhoCount& made) {
  const WhoAnswer answer = find_who(index, *made.role, WhoDetail::Classes);
  made.trust_known = answer.trust_known;
  made.complete = std::all_of(answer.gaps.begin(), answer.gaps.end(),
                              [](const WhoGap& gap) { return gap.dangling; });
  made.hides = hides_some(answer.gaps);
  for (const Assumption& each : answer.assumptions) {
    made.not_checked.insert(each.not_checked.begin(), each.not_checked.end());
    if (answer.residuals.has_unknown(each.condition)) {
      made.unknown += each.count();
      continue;
    }
    made.can[static_cast<std::size_t>(each.kind)] += each.count();
    if (each.condition != ResidualTable::kAlways) made.conditional += each.count();
  }
}

}  // namespace

std::vector<WhoCount> count_who(const WhoIndex& index, const WhoProgress& progress) {
  std::vector<WhoCount> counts;
  for (const auto& [id, account] : index.principals().estate().accounts()) {
    for (const Role& role : account.roles) {
      counts.push_back({.role = &role, .account = account.id});
    }
  }
  constexpr std::size_t kAtOnce = 256;
  const std::size_t jobs = std::max(std::thread::hardware_concurrency(), 1U);
  const auto end_of = [&](std::size_t part) {
    return std::min((part + 1) * kAtOnce, counts.size());
  };
  run_in_order((counts.size() + kAtOnce - 1) / kAtOnce, jobs,
               [&](std::size_t part) {
                 for (std::size_t i = part * kAtOnce; i < end_of(part); ++i)
                   count(index, counts[i]);
               },
               [&](std::size_t part) {
                 if (progress) progress(end_of(part), counts.size());
               });
  return counts;
}

}  // namespace rolecall
