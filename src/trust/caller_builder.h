// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/caller.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// The caller, with its entries in the estate; null when there are none.
struct ResolvedCaller {
  Caller caller{};
  const Account* account = nullptr;
  const User* user = nullptr;
  const Role* role = nullptr;
};

// Looks the principal up in the estate. `role_partition` and `role_account` complete the ARN of an
// OIDC provider, which is always in the role's account.
[[nodiscard]] ResolvedCaller resolve_caller(const Estate& estate, const RequestPrincipal& principal,
                                            std::string_view role_partition,
                                            std::string_view role_account);

// Adds the service principals that a service presents besides the given one: those of
// aws:PrincipalServiceNamesList, and the other name of a service that has both a Regional and a
// global one (docs/evaluation.md E4.2).
void add_service_names(const AssumeRequest& request, Caller& caller);

}  // namespace rolecall
