// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// The caller: `role deploy of 444455556666`, `user ci of ...`, a service, an issuer. Not escaped.
[[nodiscard]] std::string short_name(const AssumeDecision& decision,
                                     const RequestPrincipal& principal);
[[nodiscard]] std::string short_role(std::string_view role);

}  // namespace rolecall
