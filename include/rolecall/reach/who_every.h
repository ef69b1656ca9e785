// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <numeric>
#include <set>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/who.h"

// How many principals can assume each role of an estate.

namespace rolecall {

struct WhoCount {
  const Role* role = nullptr;  // Never null. Borrowed from the estate, as `account` is.
  std::string_view account{};
  // By AssumerKind: how many can assume the role, if only under conditions. Users and roles of the
  // estate count one each, and so does every other Assumption.
  std::array<std::size_t, kAssumerKinds> can{};
  std::size_t conditional = 0;   // How many of `can` only under conditions.
  std::size_t unknown = 0;       // Not in `can`: it is not known whether they can.
  std::set<Gate> not_checked{};  // Gates that were not checked for some of them.
  bool trust_known = true;       // False: the trust policy is missing, so that nothing is counted.
  bool complete = true;          // False: there may be more than were counted.
  bool hides = false;            // As WhoGap: some data was supplied but not read in full.

  [[nodiscard]] std::size_t total() const {
    return std::accumulate(can.begin(), can.end(), std::size_t{0});
  }
  [[nodiscard]] std::size_t of(AssumerKind kind) const {
    return can[static_cast<std::size_t>(kind)];
  }
};

// Called now and then, on the thread that called count_who, with the number of roles done.
using WhoProgress = std::function<void(std::size_t done, std::size_t of)>;

// Every role of the estate, by account and in the order of its export. Runs on one thread per
// processor. The counts borrow from the estate.
[[nodiscard]] std::vector<WhoCount> count_who(const WhoIndex& index,
                                              const WhoProgress& progress = {});

}  // namespace rolecall
