// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rolecall/eval/statement_match.h"

namespace rolecall {

// The kinds of principals, which a Principal element names separately. A statement that names
// another kind than the caller's never applies.
enum class PrincipalKind : std::uint8_t { Aws, Service, Federated };
[[nodiscard]] PrincipalKind kind_of(const Caller& caller);
// Whether some value of the statement is of the caller's kind.
[[nodiscard]] bool names_kind(const PrincipalList& list, PrincipalKind kind);

// How a Principal element fails to match the caller.
struct PrincipalMiss {
  std::string_view code{};  // Cause code.
  std::string message{};
  std::string expected{};  // The nearest value of the element, as written.
  std::string actual{};    // The caller.
  Span at{};
  int distance = 0;  // How far the value is from the caller, to choose among statements.
};

// REQUIRES: the statement's Principal does not match the caller.
[[nodiscard]] PrincipalMiss explain_principal_miss(const Statement& statement, const Caller& caller,
                                                   std::string_view action,
                                                   std::string_view role_arn);
// The caller in messages: the ARN of a session, user or role, a service, or an issuer.
[[nodiscard]] std::string caller_name(const Caller& caller);

}  // namespace rolecall
