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

// Why a gate is not checked whose policies would have to know the role that is asked for.
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
  // Of the estate's documents, take what all their places share. REQUIRES: an empty overlay.
  bool shared = false;
};

// The policies of every gate that bear on the request, and for gates without any the reason: not
// supplied, not applicable, a hole in the data (docs/evaluation.md E1.4).
[[nodiscard]] PolicySet join_policies(const JoinInput& input);
// The same, from the policies of a call of the same caller to another role.
void replace_role(const JoinInput& input, PolicySet& policies);
// The same, from those of a call of another caller: its own policies and permissions boundary take
// the place of that one's.
void replace_own_policies(const JoinInput& input, PolicySet& policies);

}  // namespace rolecall
