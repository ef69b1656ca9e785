// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/eval/gate.h"

namespace rolecall {

// What one denial in a pasted log says. It is evidence about the request, never the diagnosis. An
// empty string means that the text does not say it.
struct ErrorEvidence {
  std::string tool{};       // The tool that printed it: `aws-cli`, `boto3`, `terraform`, `ecs`, ...
  std::string operation{};  // API operation, as in `AssumeRole`.
  std::string action{};  // Action that was refused, as in `sts:TagSession`. Prefix in lower case.
  std::string principal{};       // ARN of the caller, as printed.
  std::string service{};         // Service principal that uses the role: `ecs-tasks.amazonaws.com`.
  std::string role{};            // ARN of the requested role.
  bool role_may_be_cut = false;  // It ends its line, where wrapped text may have cut it off.
  std::string resource{};        // ARN after `on resource:`, as printed (usually the role).
  std::string code{};            // Wire code without the suffix `Exception`: `AccessDenied`.
  std::string request_id{};
  std::optional<Gate> named_gate{};  // The policy type that AWS named; it names at most one.
  bool explicit_deny = false;        // "with an explicit deny in ...".
  std::string policy_arn{};          // AWS prints it only after an explicit deny.
  // Cause code of docs/causes.md that the text alone proves, such as
  // `request-duration-exceeds-role-max`; empty for generic denials.
  std::string cause_code{};
  // When there is no `cause_code`: cause codes that the text makes likely, likeliest first.
  std::vector<std::string> likely_causes{};
  // Values named by the text: {"account", "444455556666"}, {"issuer", ...}, {"audience", ...},
  // {"field", "roleSessionName"}, {"value", ...}, {"constraint", ...}, {"percent", ...},
  // {"service_account", ...}, {"region", ...}, {"claim", ...}, {"role_name", ...} where the text
  // has a bare name instead of an ARN; the rest is in docs/error-texts.md.
  std::vector<std::pair<std::string, std::string>> facts{};
  bool allowed = false;    // Not a denial: a CloudTrail event says that AWS allowed the call.
  std::string sentence{};  // The recognized sentence with white space collapsed, for quoting.
  std::size_t line = 1;    // One-based line of its first occurrence in the input.
  int times = 1;           // How often the same denial occurs, as with retries.

  // The value of a fact; empty when there is none.
  [[nodiscard]] std::string_view fact(std::string_view name) const;
};

// Bounds memory. Real logs have fewer different denials.
constexpr std::size_t kMostDenials = 100'000;

// Recognizes denials of role assumption in text pasted from any tool; docs/error-texts.md lists the
// texts. Copes with ANSI colors, line wrapping, HTML and JSON escapes, log prefixes and repetition.
// Equal denials are returned once, in order of first occurrence, and at most `max_denials` of them.
// Linear in the input. Never fails: unknown text gives none.
[[nodiscard]] std::vector<ErrorEvidence> recognize_denials(std::string_view text,
                                                           std::size_t max_denials = kMostDenials);

}  // namespace rolecall
