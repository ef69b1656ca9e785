// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/estate/estate.h"

#include "trust/caller_builder.h"

namespace rolecall {

// The documents of a principal's own policies, groups included; null where one is missing.
using VisitDocument = std::function<void(const Policy*)>;
void visit_documents(const Estate& estate, const Account& account, const IamEntity& entity,
                     const VisitDocument& visit);
void visit_documents(const Estate& estate, const ResolvedCaller& caller,
                     const VisitDocument& visit);

// What a caller's own policies may let it ask for, whatever their conditions say. Borrows them.
struct CallerRights {
  bool all = false;  // Any role.
  std::vector<std::pair<const Policy*, std::string_view>> patterns{};
  bool tags = false;  // May pass session tags.
  bool identity = false;

  [[nodiscard]] bool none() const { return !all && patterns.empty(); }
  [[nodiscard]] bool lets(std::string_view role) const;
};

// Of a caller whose policies are not known, everything.
[[nodiscard]] CallerRights rights_of(const Estate& estate, const ResolvedCaller& caller);

}  // namespace rolecall
