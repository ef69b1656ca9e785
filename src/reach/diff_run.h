// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/reach/diff.h"
#include "rolecall/reach/who.h"

#include "reach/diff_gaps.h"
#include "reach/diff_ways.h"

namespace rolecall {

// One state, with what questions about it share.
struct DiffSide {
  DiffSide(const Estate& its_estate, std::string_view its_name)
      : estate(its_estate), name(its_name), who(its_estate) {}

  const Estate& estate;
  std::string_view name;  // `before`, `after`.
  WhoIndex who;
  WaySummaries ways{};

  // Whether the export of the account lists all of its kind, but not this user or role.
  [[nodiscard]] bool lacks_principal(std::string_view arn) const;
  // For reasons: `in the state before`.
  [[nodiscard]] std::string where() const { return "in the state " + std::string(name); }
  [[nodiscard]] bool is_exported(std::string_view account) const;
};

// Compares the chains that lead over the edges of the answer, which are complete.
void diff_chains(const DiffSide& before, const DiffSide& after, DiffAnswer& answer, DiffGaps& gaps);

// Compares what an audit finds, as far as the other state has the data to judge it.
void diff_findings(const DiffSide& before, const DiffSide& after, const AuditOptions& options,
                   DiffAnswer& answer, DiffGaps& gaps);

}  // namespace rolecall
