// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/reach/diff.h"
#include "rolecall/reach/who.h"

#include "reach/diff_gaps.h"
#include "reach/diff_ways.h"

namespace rolecall {

// One of the two states, with what questions about it share.
struct DiffSide {
  DiffSide(const Estate& its_estate, std::string_view its_name)
      : estate(its_estate), name(its_name), who(its_estate) {}

  const Estate& estate;
  std::string_view name;  // `before`, `after`.
  WhoIndex who;
  WaySummaries ways{};

  // Whether this user or role is known not to exist: the export of its account lists all users or
  // roles, but not this one.
  [[nodiscard]] bool lacks_principal(std::string_view arn) const;
  // For reasons: `in the state before`.
  [[nodiscard]] std::string where() const { return "in the state " + std::string(name); }
  [[nodiscard]] bool is_exported(std::string_view account) const;
};

// Compares the chains that contain an edge of the answer. REQUIRES: DiffAnswer::edges is complete.
void diff_chains(const DiffSide& before, const DiffSide& after, DiffAnswer& answer, DiffGaps& gaps);

// Compares the findings of an audit. Those that the other state has no data for become gaps.
void diff_findings(const DiffSide& before, const DiffSide& after, const AuditOptions& options,
                   DiffAnswer& answer, DiffGaps& gaps);

}  // namespace rolecall
