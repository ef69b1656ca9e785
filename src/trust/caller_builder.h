// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/caller.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// The caller, and where the estate knows it.
struct ResolvedCaller {
  Caller caller{};
  const Account* account = nullptr;
  const User* user = nullptr;
  const Role* role = nullptr;
};

// Looks the principal up. `role_partition` and `role_account` complete the ARN of an OIDC
// provider, which always lives in the role's account.
[[nodiscard]] ResolvedCaller resolve_caller(const Estate& estate, const RequestPrincipal& principal,
                                            std::string_view role_partition,
                                            std::string_view role_account);

// Service principals that a service presents beside the one that was given: those of
// aws:PrincipalServiceNamesList, and the Regional or global name of a service that AWS accepts
// under either (docs/evaluation.md E4.2).
void add_service_names(const AssumeRequest& request, Caller& caller);

}  // namespace rolecall
