// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rolecall {

// One kind of policy or precondition that can refuse a request. The enumerators stand in the order
// in which gates are reported (docs/evaluation.md, E1).
enum class Gate : std::uint8_t {
  Request,      // Preconditions that are not policy: the role exists, its ARN, duration, names.
  Credentials,  // Whether this kind of caller may call the API, and whether it is still valid.
  Idp,          // The OIDC or SAML provider in the role's account, and the token.
  Trust,        // The role's trust policy.
  Identity,     // Identity-based policies of the caller, its groups included.
  Boundary,     // The caller's permissions boundary.
  Session,      // The session policies of the caller's own session.
  Scp,          // Service control policies on the path to the caller's account.
  Rcp,          // Resource control policies on the path to the role's account.
  Vpce,         // The policy of the VPC endpoint the call goes through.
  PassRole,     // iam:PassRole: the caller's gates taken together.
};
inline constexpr int kGateCount = 11;

// What one gate says.
enum class Verdict : std::uint8_t {
  Allows,
  DeniesImplicitly,  // Nothing allows it.
  DeniesExplicitly,  // A statement with Effect Deny applies, or a precondition fails.
  Depends,           // On context keys whose values are not known.
  Unknown,           // The data that was supplied has a gap, or AWS does not document the case.
  NotChecked,        // Data of this kind was not supplied at all.
  NotApplicable,     // This caller has no such gate, or the request does not need it.
};

enum class Decision : std::uint8_t { Allowed, Denied, Conditional, Unknown };

// The names used in JSON, in text and on the command line: `trust`, `scp`, ...
[[nodiscard]] std::string_view gate_name(Gate gate);
// The words of AWS's documentation: `role trust policy`, `service control policy`, ...
[[nodiscard]] std::string_view gate_title(Gate gate);
[[nodiscard]] std::optional<Gate> find_gate(std::string_view name);
// `allows`, `denies`, `depends`, `unknown`, `not-checked`, `not-applicable`.
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
[[nodiscard]] std::string_view decision_name(Decision decision);

// Orders verdicts: of several that bear on one answer, the heaviest decides it.
[[nodiscard]] constexpr int weight(Verdict verdict) {
  constexpr std::array<int, 7> kWeights = {1, 5, 6, 3, 4, 2, 0};  // By Verdict.
  return kWeights[static_cast<std::size_t>(verdict)];
}
// The decision that follows from the heaviest verdict of all gates.
[[nodiscard]] Decision decision_of(Verdict heaviest);

[[nodiscard]] constexpr bool denies(Verdict verdict) {
  return verdict == Verdict::DeniesImplicitly || verdict == Verdict::DeniesExplicitly;
}

}  // namespace rolecall
