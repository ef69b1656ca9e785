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

// Who can assume roles that are alike (RoleLikeness), worked out for one role that stands for all
// of them.
struct SharedWays {
  // One Assumption about principals of any number of accounts, or about a service.
  struct Way {
    Assumption assumption{};  // Its members are in `members`.
    SharedMembers members{};
    std::size_t count = 0;  // Of principals in all parts.
    // The index of each part in `members`, by its account and by its class. Sorted.
    std::vector<std::pair<const Account*, std::uint32_t>> by_account{};
    std::vector<std::pair<const SharedClass*, std::uint32_t>> by_class{};
  };
  ResidualTable residuals{};
  std::vector<Way> ways{};
  std::set<std::string, std::less<>> role_tags{};  // As SolvedCall::role_tags.
};

// Joins equal assumptions of an answer about single accounts. `origins` has the class of each
// assumption, or null.
[[nodiscard]] SharedWays share_ways(const Estate& estate, WhoAnswer answer,
                                    const std::vector<const SharedClass*>& origins);

// The assumption for one of the roles: without the principals of account `without`, if it is not
// null, and of the classes in `apart`. Nothing when nobody is left. `ways` must outlive the table.
[[nodiscard]] std::optional<Assumption> adopt_way(const SharedWays& ways,
                                                  const SharedWays::Way& way,
                                                  const Account* without,
                                                  const std::vector<const SharedClass*>& apart,
                                                  ResidualTable& table);

}  // namespace rolecall
