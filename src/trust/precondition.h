// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/trust/assume_decision.h"

#include "trust/caller_builder.h"

namespace rolecall {

// What preconditions look at. All borrowed.
struct PreconditionInput {
  const Estate& estate;
  const EstateOverlay& overlay;
  const AssumeRequest& request;
  const ResolvedCaller& caller;
  const Role* role = nullptr;
  const Account* role_account = nullptr;  // Null when nothing is known of it.
  std::string_view role_partition{};
  std::string_view role_account_id{};
};

// The role whose ARN begins like the one that was asked for, when that may have been cut and the
// account has no such role; null otherwise. Then it cannot be told which role is meant.
[[nodiscard]] const Role* find_longer_role(const PreconditionInput& input);

// The gate `request`: parameters, the role's ARN and existence, durations (E1.1).
void check_request(const PreconditionInput& input, std::vector<PreconditionFailure>& failures);
// The gate `credentials`: who may call at all, and with what (E1.2).
void check_credentials(const PreconditionInput& input, std::vector<PreconditionFailure>& failures);
// The gate `idp`: the provider in the role's account, and the token (E1.3). Returns the answer of
// the gate when nothing fails.
[[nodiscard]] GateAnswer check_idp(const PreconditionInput& input,
                                   std::vector<PreconditionFailure>& failures);

// Whether the credentials are temporary, so that the one-hour limit of chaining applies.
[[nodiscard]] bool has_temporary_credentials(const PreconditionInput& input);

}  // namespace rolecall
