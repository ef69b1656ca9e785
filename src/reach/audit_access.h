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
  std::vector<const Statement*> grants{};  // The statements of the trust policy that let them in.
  // The policies that refuse the access anyway; `when` is then the condition without them.
  std::string neutralized{};
};

// Decides, through all gates, when principals that are known only from the trust policy can assume
// a role.
class AccessView {
 public:
  explicit AccessView(const RoleAudit& audit);

  // Any principal of the account; of any other account when `id` is empty.
  [[nodiscard]] AccessAnswer account(std::string_view id);
  [[nodiscard]] AccessAnswer principal(std::string_view arn);
  // The formula for callers that meet no condition for which `asked` is true.
  [[nodiscard]] ResidualId without(ResidualId id, bool (*asked)(const Condition&));
  // The context keys of the formula: quoted, sorted, each once.
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

// Whether the condition limits callers to accounts, organizations or networks that it names.
[[nodiscard]] bool bounds_identity(const Condition& condition);

}  // namespace rolecall
