// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reach/audit_run.h"
#include "reach/gate_residual.h"
#include "reach/open_call.h"

namespace rolecall {

struct AccessAnswer {
  ResidualId when = ResidualTable::kNever;
  std::vector<const Statement*> grants{};  // Of the trust policy.
  // The policies that refuse it all the same; `when` is then what would hold without them.
  std::string neutralized{};
};

// When principals that only the trust policy knows can assume a role, through all gates.
class AccessView {
 public:
  explicit AccessView(const RoleAudit& audit);

  // Any principal of the account; of any other account when `id` is empty.
  [[nodiscard]] AccessAnswer account(std::string_view id);
  [[nodiscard]] AccessAnswer principal(std::string_view arn);
  // The formula for callers that meet none of these conditions.
  [[nodiscard]] ResidualId without(ResidualId id, bool (*asked)(const Condition&));
  // Quoted, sorted, each once.
  [[nodiscard]] std::vector<std::string> keys_of(ResidualId id) const;
  [[nodiscard]] const ResidualTable& table() const { return table_; }

 private:
  [[nodiscard]] ResidualId solve(const OpenCall& call, const PolicySet& policies,
                                 std::vector<GrantStatement>& grants);
  [[nodiscard]] AccessAnswer answer(OpenCall& call);

  const RoleAudit& audit_;
  CallOpener opener_;
  ResidualTable table_;
  std::string partition_{"aws"};
};

// Whether the condition binds the caller to accounts, organizations or networks that it names.
[[nodiscard]] bool bounds_identity(const Condition& condition);

}  // namespace rolecall
