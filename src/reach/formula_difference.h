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

// The formula as text, for comparing formulas of two tables: equal texts mean equal formulas.
[[nodiscard]] std::string formula_text(const ResidualTable& table, ResidualId id);

// A formula of one state.
struct StateFormula {
  const ResidualTable& table;
  ResidualId id{};
  // Whether data that this state lacks would settle an open part. Parts of the kind Unknown are so
  // anyway. Null: no other is.
  const std::function<bool(const ResidualNode&)>* lacks = nullptr;
  bool in_part = false;  // Something that may refuse the call was not looked at.
};

// Truth tables over the open parts of two formulas. What is missing may be true or false.
class FormulaDifference {
 public:
  FormulaDifference(const StateFormula& before, const StateFormula& after);

  struct Change {
    bool opens = false;   // A call is allowed after and not before.
    bool closes = false;  // The other way around.
    // Of a further call that cannot be told, for want of data.
    bool may_open = false;
    bool may_close = false;
    bool missing = false;  // A formula hangs on what is missing.
  };
  // Parts are taken for independent, so that such a call need not exist. Of many parts both are
  // said.
  [[nodiscard]] Change compare() const;

 private:
  static constexpr std::size_t kMostParts = 12;
  static constexpr std::uint32_t kMissing = 32;  // In place of a bit.

  struct Side {
    StateFormula formula;
    std::unordered_map<ResidualId, std::uint32_t> bits{};  // Of its open parts.
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
