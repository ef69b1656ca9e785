// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/reach/diff.h"
#include "rolecall/reach/who.h"

#include "reach/diff_ways.h"

namespace rolecall {

// One state, with what questions about it share.
struct DiffSide {
  explicit DiffSide(const Estate& its_estate) : estate(its_estate), who(its_estate) {}

  const Estate& estate;
  WhoIndex who;
  WaySummaries ways{};

  // Whether the export of the account lists all of its kind, but not this user or role.
  [[nodiscard]] bool lacks_principal(std::string_view arn) const;
};

// Compares the chains that lead over the edges of the answer, which are complete.
void diff_chains(const DiffSide& before, const DiffSide& after, DiffAnswer& answer);

}  // namespace rolecall
