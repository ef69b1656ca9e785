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
// Whether statements of this kind have a Principal element.
[[nodiscard]] constexpr bool names_principals(PolicyKind kind) {
  return kind == PolicyKind::Trust || kind == PolicyKind::ResourceControl ||
         kind == PolicyKind::VpcEndpoint || kind == PolicyKind::Resource;
}

// An Action, NotAction, Resource or NotResource element. `negated` tells the Not forms.
struct PatternList {
  bool present = false;
  bool negated = false;
  std::vector<Text> items{};
  Span at{};  // From the key to the end of its value.
};

// A Principal or NotPrincipal element.
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
  ActionSet actions = 0;  // Those with a bit, except kOther, that Action or NotAction matches.
  PatternList resource{};
  std::vector<Condition> conditions{};
  Span at{};
};

// Whether its Action or NotAction matches one of the actions; kOther matches none.
[[nodiscard]] constexpr bool is_about(const Statement& statement, ActionSet any) {
  return (statement.actions & any) != 0;
}

// A policy document. Its text lives in the SourceTable, which must outlive it.
struct Policy {
  PolicyKind kind{};
  Text version{};
  Text id{};
  bool variables = false;  // Version 2012-10-17, whose policy variables `${...}` are expanded.
  // Some part could not be read: that no statement applies then proves nothing.
  bool faulty = false;
  std::vector<Statement> statements{};
  Span at{};
};

// Reads a policy document. Every fault goes to `diagnostics`; what can be read is kept, and
// `faulty` is set when something was lost. Steps: docs/evaluation.md E2.
[[nodiscard]] Policy read_policy(const JsonValue& document, PolicyKind kind,
                                 Diagnostics& diagnostics);

// Parses the text of a policy. Nothing when it is not JSON or not an object; the reason is in
// `diagnostics`.
[[nodiscard]] std::optional<Policy> parse_policy(SourceTable& sources, DocumentId document,
                                                 PolicyKind kind, Diagnostics& diagnostics,
                                                 JsonLimits limits = {});

// The policy with its spans moved from `policy.at` to `at`, without reading it again. REQUIRES: the
// bytes at both places are equal.
[[nodiscard]] Policy moved_policy(const Policy& policy, Span at);

// The policy as JSON text, indented by two spaces. Reading it again gives an equal policy.
[[nodiscard]] std::string format_policy(const Policy& policy);

}  // namespace rolecall
