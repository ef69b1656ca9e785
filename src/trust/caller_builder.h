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

// `https://HOST/PATH/` without scheme; a trailing slash stays.
[[nodiscard]] std::string_view without_scheme(std::string_view url);

}  // namespace rolecall
