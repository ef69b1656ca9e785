// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/estate/estate.h"

#include "trust/caller_builder.h"

namespace rolecall {

// Calls `visit` with each document of a principal's identity-based policies, null where one is
// missing. The second form includes the groups of a user.
using VisitDocument = std::function<void(const Policy*)>;
void visit_documents(const Estate& estate, const Account& account, const IamEntity& entity,
                     const VisitDocument& visit);
void visit_documents(const Estate& estate, const ResolvedCaller& caller,
                     const VisitDocument& visit);

// What a caller's identity-based policies may allow, by their Allow statements, with every
// condition taken as met. Borrows the policies.
struct CallerRights {
  bool all = false;                                                    // Assuming any role.
  std::vector<std::pair<const Policy*, std::string_view>> patterns{};  // Of roles.
  bool tags = false;                                                   // Passing session tags.
  bool identity = false;                                               // Setting a source identity.

  [[nodiscard]] bool none() const { return !all && patterns.empty(); }
  // Whether assuming the role with this ARN may be allowed.
  [[nodiscard]] bool lets(std::string_view role) const;
};

// Everything, for a caller whose policies are not all known.
[[nodiscard]] CallerRights rights_of(const Estate& estate, const ResolvedCaller& caller);

}  // namespace rolecall
