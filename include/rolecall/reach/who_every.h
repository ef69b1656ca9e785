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

// Who can assume every role of an estate, in numbers.

namespace rolecall {

struct WhoCount {
  const Role* role = nullptr;  // Never null. Borrowed from the estate, as `account` is.
  std::string_view account{};
  // By AssumerKind: users and roles of the estate, and what is only known by what policies say of
  // it, that can assume the role in some way.
  std::array<std::size_t, kAssumerKinds> can{};
  std::size_t conditional = 0;   // Of those, under conditions.
  std::size_t unknown = 0;       // Others of which it cannot be told.
  std::set<Gate> not_checked{};  // Gates that could not be looked at for some of them.
  bool trust_known = true;       // False: nothing is known.
  bool complete = true;          // False: there may be more than were counted.
  bool hides = false;            // Because something could not be read in full.

  [[nodiscard]] std::size_t total() const {
    return std::accumulate(can.begin(), can.end(), std::size_t{0});
  }
  [[nodiscard]] std::size_t of(AssumerKind kind) const {
    return can[static_cast<std::size_t>(kind)];
  }
};

// Told now and then how many of the roles are done, on the thread that called.
using WhoProgress = std::function<void(std::size_t done, std::size_t of)>;

// Every role of the estate, by account and in the order of its export. Uses all processors.
[[nodiscard]] std::vector<WhoCount> count_who(const WhoIndex& index,
                                              const WhoProgress& progress = {});

}  // namespace rolecall
