// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rolecall/eval/statement_match.h"

namespace rolecall {

// The kind of principal a statement names, or a caller is: statements of another kind never apply.
enum class PrincipalKind : std::uint8_t { Aws, Service, Federated };
[[nodiscard]] PrincipalKind kind_of(const Caller& caller);
// Whether some value of the statement is of the caller's kind.
[[nodiscard]] bool names_kind(const PrincipalList& list, PrincipalKind kind);

// How a Principal element misses the caller.
struct PrincipalMiss {
  std::string_view code{};
  std::string message{};
  std::string expected{};  // The value that comes nearest, as written.
  std::string actual{};    // What the caller is.
  Span at{};
  int distance = 0;  // Smaller is nearer; for choosing among statements.
};

// REQUIRES: the statement's Principal does not match the caller.
[[nodiscard]] PrincipalMiss explain_principal_miss(const Statement& statement, const Caller& caller,
                                                   std::string_view action,
                                                   std::string_view role_arn);
// How the caller is called in messages: session, user or role ARN, service, issuer.
[[nodiscard]] std::string caller_name(const Caller& caller);

}  // namespace rolecall
