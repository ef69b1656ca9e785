// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

namespace rolecall {

struct SharedClass;

// Who can assume roles that are alike, worked out for one that stands for all of them.
struct SharedWays {
  // Principals of whatever accounts that can assume it in the same way, or a service.
  struct Way {
    Assumption assumption{};  // Without its members.
    SharedMembers members{};
    std::size_t count = 0;
    // Parts of `members`. Sorted.
    std::vector<std::pair<const Account*, std::uint32_t>> by_account{};
    std::vector<std::pair<const SharedClass*, std::uint32_t>> by_class{};
  };
  ResidualTable residuals{};
  std::vector<Way> ways{};
  std::set<std::string, std::less<>> role_tags{};  // As SolvedCall::role_tags.
};

// Of an answer by accounts. `origins` are the classes that its assumptions speak of, where they
// speak of one.
[[nodiscard]] SharedWays share_ways(const Estate& estate, WhoAnswer answer,
                                    const std::vector<const SharedClass*>& origins);

// The way for one of the roles: without the account, if it is given, and without the classes.
// Nothing when nobody is left. Borrows from `ways`, which must outlive the table.
[[nodiscard]] std::optional<Assumption> adopt_way(const SharedWays& ways,
                                                  const SharedWays::Way& way,
                                                  const Account* without,
                                                  const std::vector<const SharedClass*>& apart,
                                                  ResidualTable& table);

}  // namespace rolecall
