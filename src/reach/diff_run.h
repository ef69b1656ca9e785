// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "rolecall/reach/diff.h"
#include "rolecall/reach/who.h"

#include "reach/walk_index.h"

namespace rolecall {

// One state, with what questions about it share.
struct DiffSide {
  explicit DiffSide(const Estate& its_estate) : estate(its_estate), who(its_estate) {}

  const Estate& estate;
  WhoIndex who;
  std::optional<WalkIndex> walks{};  // Made when chains are compared.

  // Whether the export of the account lists all of its kind, but not this user or role.
  [[nodiscard]] bool lacks_principal(std::string_view arn) const;
};

// Compares the chains that lead over the edges of the answer, which are complete.
void diff_chains(DiffSide& before, DiffSide& after, DiffAnswer& answer);

}  // namespace rolecall
