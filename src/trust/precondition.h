// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/trust/assume_decision.h"

#include "trust/caller_builder.h"

namespace rolecall {

// The input of the preconditions. All borrowed.
struct PreconditionInput {
  const Estate& estate;
  const EstateOverlay& overlay;
  const AssumeRequest& request;
  const ResolvedCaller& caller;
  const Role* role = nullptr;
  const Account* role_account = nullptr;  // Null when it is not in the estate.
  std::string_view role_partition{};
  std::string_view role_account_id{};
};

// A role whose ARN begins with the requested one, when the latter may have been cut off and no role
// has exactly that ARN: it is then not known which role is meant. Null otherwise.
[[nodiscard]] const Role* find_longer_role(const PreconditionInput& input);

// Checks the gate `request`: parameters, the role's ARN and existence, durations (E1.1).
void check_request(const PreconditionInput& input, std::vector<PreconditionFailure>& failures);
// Checks the gate `credentials`: whether such a caller may make the call, and whether its
// credentials are valid (E1.2).
void check_credentials(const PreconditionInput& input, std::vector<PreconditionFailure>& failures);
// Checks the gate `idp`: the provider in the role's account, and the token (E1.3). Returns the
// answer of the gate if nothing fails.
[[nodiscard]] GateAnswer check_idp(const PreconditionInput& input,
                                   std::vector<PreconditionFailure>& failures);

// Whether the caller's credentials are temporary, so that the one-hour limit of role chaining
// applies.
[[nodiscard]] bool has_temporary_credentials(const PreconditionInput& input);

}  // namespace rolecall
