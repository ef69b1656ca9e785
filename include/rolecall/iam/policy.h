// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/iam/action.h"
#include "rolecall/iam/condition.h"
#include "rolecall/iam/principal_element.h"

namespace rolecall {

enum class Effect : std::uint8_t { Allow, Deny };

enum class PolicyKind : std::uint8_t {
  Identity,         // Identity-based policy, managed or inline.
  Trust,            // Role trust policy: Principal, no Resource.
  Boundary,         // Permissions boundary.
  Session,          // Session policy.
  ServiceControl,   // SCP.
  ResourceControl,  // RCP.
  VpcEndpoint,      // Endpoint policy.
  Resource,         // Any other resource-based policy.
};
// `role trust policy`, `service control policy`, ...: AWS's words.
[[nodiscard]] std::string_view policy_kind_title(PolicyKind kind);
// Whether statements of this kind have a Principal.
[[nodiscard]] constexpr bool names_principals(PolicyKind kind) {
  return kind == PolicyKind::Trust || kind == PolicyKind::ResourceControl ||
         kind == PolicyKind::VpcEndpoint || kind == PolicyKind::Resource;
}

// Action or NotAction, Resource or NotResource: one list, and whether it is the complement.
struct PatternList {
  bool present = false;
  bool negated = false;
  std::vector<Text> items{};
  Span at{};  // From the key to the end of its value.
};

struct PrincipalList {
  bool present = false;
  bool negated = false;
  std::vector<PrincipalElement> items{};
  Span at{};
};

struct Statement {
  std::uint32_t index = 0;  // Zero-based place in the document.
  Text sid{};               // Empty when there is none.
  Effect effect = Effect::Deny;
  PrincipalList principal{};
  PatternList action{};
  ActionSet actions = 0;  // Those with a bit that Action or NotAction matches, kOther left out.
  PatternList resource{};
  std::vector<Condition> conditions{};
  Span at{};
};

// Whether it is about one of the actions, which have bits.
[[nodiscard]] constexpr bool is_about(const Statement& statement, ActionSet any) {
  return (statement.actions & any) != 0;
}

// A policy document. Its text lives in the SourceTable, which must outlive it.
struct Policy {
  PolicyKind kind{};
  Text version{};
  Text id{};
  bool variables = false;  // Version 2012-10-17: `${...}` is expanded.
  // Some part could not be understood, so no verdict may rest on what it lacks.
  bool faulty = false;
  std::vector<Statement> statements{};
  Span at{};
};

// Reads a policy document. Every fault goes to `diagnostics`; what could be read is kept and
// `faulty` tells whether something was lost. Steps: docs/evaluation.md E2.
[[nodiscard]] Policy read_policy(const JsonValue& document, PolicyKind kind,
                                 Diagnostics& diagnostics);

// Parses policy text. Nothing when it is no JSON or no object; the reason is in `diagnostics`.
[[nodiscard]] std::optional<Policy> parse_policy(SourceTable& sources, DocumentId document,
                                                 PolicyKind kind, Diagnostics& diagnostics,
                                                 JsonLimits limits = {});

// The policy as it is read where its bytes stand once more: at `at` instead of `policy.at`.
[[nodiscard]] Policy moved_policy(const Policy& policy, Span at);

// The policy as JSON text, indented by two. Reading it again gives an equal policy.
[[nodiscard]] std::string format_policy(const Policy& policy);

}  // namespace rolecall
