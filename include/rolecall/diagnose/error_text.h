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

// What one denial in a pasted log says. Everything here was written by somebody else: it is
// evidence about the request, never the diagnosis. An empty string means "not said".
struct ErrorEvidence {
  std::string tool{};       // Wrapper that printed it: `aws-cli`, `boto3`, `terraform`, `ecs`, ...
  std::string operation{};  // API operation, as in `AssumeRole`.
  std::string action{};  // Action that was refused, as in `sts:TagSession`. Prefix in lower case.
  std::string principal{};  // ARN of the caller, as printed.
  std::string service{};    // Service principal that wanted the role: `ecs-tasks.amazonaws.com`.
  std::string role{};       // ARN of the role that was asked for.
  bool role_may_be_cut = false;  // It ends its line, and text is wrapped anywhere.
  std::string resource{};        // ARN after `on resource:`, as printed (usually the role).
  std::string code{};            // Wire code without the suffix `Exception`: `AccessDenied`.
  std::string request_id{};
  std::optional<Gate> named_gate{};  // The policy type AWS named (semantics: at most one).
  bool explicit_deny = false;        // "with an explicit deny in ...".
  std::string policy_arn{};          // Only ever printed after an explicit deny.
  // Cause code of docs/causes.md when the text alone settles it, e.g.
  // `request-duration-exceeds-role-max`; empty for the generic denials.
  std::string cause_code{};
  // Cause codes that this text makes likely, most likely first, when it does not settle one.
  std::vector<std::string> likely_causes{};
  // Values named by the text: {"account", "444455556666"}, {"issuer", ...}, {"audience", ...},
  // {"field", "roleSessionName"}, {"value", ...}, {"constraint", ...}, {"percent", ...},
  // {"service_account", ...}, {"region", ...}, {"claim", ...}, {"role_name", ...} where the text
  // has a bare name instead of an ARN; the rest is in docs/error-texts.md.
  std::vector<std::pair<std::string, std::string>> facts{};
  bool allowed = false;    // No denial: a record says that AWS allowed the call.
  std::string sentence{};  // The recognized sentence, white space collapsed, for quoting.
  std::size_t line = 1;    // One-based line of its first occurrence in the input.
  int times = 1;           // How often the same denial occurs (retries).

  [[nodiscard]] std::string_view fact(std::string_view name) const;
};

// More different ones than a log of a real system has; what they take fits into memory.
constexpr std::size_t kMostDenials = 100'000;

// Recognizes the denials of AssumeRole and its relatives in text pasted from any tool (the table
// is in docs/error-texts.md). Copes with ANSI colours, line wrapping, HTML and JSON escapes, log
// prefixes and repeated retries. Equal denials are returned once, in order of first occurrence.
// Linear in the input; at most `max_denials` are returned. Never fails: unknown text gives none.
[[nodiscard]] std::vector<ErrorEvidence> recognize_denials(std::string_view text,
                                                           std::size_t max_denials = kMostDenials);

}  // namespace rolecall
