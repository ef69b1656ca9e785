// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "rolecall/reach/residual.h"

namespace rolecall {

// The formula as text, for comparing formulas of two tables: equal texts mean equal formulas.
[[nodiscard]] std::string formula_text(const ResidualTable& table, ResidualId id);

// Truth tables over the open parts of two formulas.
class FormulaDifference {
 public:
  FormulaDifference(const ResidualTable& before, ResidualId was, const ResidualTable& after,
                    ResidualId is);

  struct Change {
    bool opens = false;   // A call may be allowed after and not before.
    bool closes = false;  // The other way around.
  };
  // Parts are taken for independent, so that such a call need not exist. Of many parts both are
  // said.
  [[nodiscard]] Change compare() const;

 private:
  static constexpr std::size_t kMostParts = 12;

  void collect(const ResidualTable& table, ResidualId id);
  [[nodiscard]] bool holds(const ResidualTable& table, ResidualId id, std::uint32_t values) const;

  const ResidualTable& before_;
  ResidualId was_;
  const ResidualTable& after_;
  ResidualId is_;
  std::map<std::string, std::uint32_t> parts_;
};

}  // namespace rolecall
