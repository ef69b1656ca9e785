// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "rolecall/reach/residual.h"

namespace rolecall {

// A text for comparing formulas of two tables: equal texts mean equal formulas. Not for reports.
[[nodiscard]] std::string formula_text(const ResidualTable& table, ResidualId id);

// A formula of one state.
struct StateFormula {
  const ResidualTable& table;
  ResidualId id{};
  // Whether an open part is open only because this state lacks data. Parts of the kind Unknown
  // always are; null: no others are.
  const std::function<bool(const ResidualNode&)>* lacks = nullptr;
  bool in_part = false;  // A gate that may refuse the call was not checked.
};

// Compares two formulas by truth tables over their open parts. A part that is missing (`lacks`) may
// be true or false in each state.
class FormulaDifference {
 public:
  FormulaDifference(const StateFormula& before, const StateFormula& after);

  struct Change {
    bool opens = false;   // A call is allowed after and not before.
    bool closes = false;  // The other way around.
    // The same of a call for which missing data leaves it open.
    bool may_open = false;
    bool may_close = false;
    bool missing = false;  // Missing data matters to a formula.
  };
  // Parts are taken to be independent of each other, so that such a call need not exist. With more
  // than kMostParts parts, both directions are reported without a comparison.
  [[nodiscard]] Change compare() const;

 private:
  static constexpr std::size_t kMostParts = 12;
  static constexpr std::uint32_t kMissing = 32;  // In place of a bit, for a missing part.

  struct Side {
    StateFormula formula;
    std::unordered_map<ResidualId, std::uint32_t> bits{};  // Of each open part, in the truth table.
    bool missing = false;
  };

  [[nodiscard]] Side collect(const StateFormula& formula);
  [[nodiscard]] static Tri evaluate(const Side& side, ResidualId id, std::uint32_t values);
  [[nodiscard]] static Tri evaluate(const Side& side, std::uint32_t values);

  std::map<std::string, std::uint32_t> parts_;
  Side before_;
  Side after_;
};

}  // namespace rolecall
