// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/eval/evaluation.h"
#include "rolecall/trust/assume_request.h"

#include "trust/caller_builder.h"

namespace rolecall {

// Why a gate is not checked when its policies name roles and the requested role is not known.
inline constexpr std::string_view kWhichRole =
    "which role is asked for is not known, and these policies name roles";

struct JoinInput {
  const Estate& estate;
  const EstateOverlay& overlay;
  const AssumeRequest& request;
  const ResolvedCaller& caller;
  const Role* role = nullptr;
  const Account* role_account = nullptr;
  std::string_view role_arn{};
  std::string_view role_account_id{};
  // Use PlacedPolicy::shared() for the estate's documents. REQUIRES: an empty overlay.
  bool shared = false;
};

// The policies that bear on the request, by gate. A gate that has none to evaluate gets its state
// and the reason (docs/evaluation.md E1.4).
[[nodiscard]] PolicySet join_policies(const JoinInput& input);
// Turns the policies of the same caller's call to another role into those for this role.
void replace_role(const JoinInput& input, PolicySet& policies);
// The same, from those of a call of another caller: its own policies and permissions boundary take
// the place of that one's.
void replace_own_policies(const JoinInput& input, PolicySet& policies);

}  // namespace rolecall
