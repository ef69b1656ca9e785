// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rolecall/eval/gate.h"

namespace rolecall {

// The tables of the error-text recognizer: to recognize another text, add a row. Patterns are in
// the language of error_text_match.h; lists of codes are separated by single spaces.

enum class TextKind : std::uint8_t {
  Message,     // Says by itself that a role could not be assumed, and often why.
  Wrapper,     // Says that it could not; the reason may follow, and then the two are one denial.
  Weak,        // Counts only when nothing else in the whole input does.
  Sentence,    // The sentence "is not authorized to perform" (semantics M-1 to M-12).
  Constraint,  // "Value '...' at '...' failed to satisfy constraint: ...".
};

// What the surroundings must say, for texts that other AWS calls produce as well.
enum class TextScope : std::uint8_t {
  Any,
  NotOther,    // No operation is named, or it is one that gives credentials for a role.
  StsOnly,     // The surroundings name such an operation, or STS.
  TrustWrite,  // No operation is named, or it is one that writes a trust policy.
};

struct DenialText {
  std::string_view pattern{};
  TextKind kind = TextKind::Message;
  TextScope scope = TextScope::Any;
  std::string_view tool{};
  std::string_view operation{};
  std::string_view action{};
  std::string_view service{};
  std::string_view code{};    // Of messages that come with one code only.
  std::string_view cause{};   // When the text settles it.
  std::string_view likely{};  // When it does not, most likely first.
};

enum class MarkKind : std::uint8_t {
  Tool,       // `value` printed what is near.
  Code,       // Captures {code}.
  Operation,  // Captures {operation}, or `value`.
  RequestId,  // Captures {request_id}.
  AskedRole,  // Captures {role}.
  Region,     // Captures {region}.
  ServiceAccount,
  Service,           // `value` is the service principal of what is named.
  ServicePrincipal,  // The end of a service principal.
  Vendor,            // `value` is a product outside AWS.
  Sts,               // The surroundings speak of STS.
  Api,               // Captures {api}: the service that answered, as SDKs name it.
};

enum class MarkSide : std::uint8_t { Before, After, Either };

// Something near a denial that says more about it.
struct ContextMark {
  std::string_view pattern{};
  std::string_view value{};
  std::uint16_t reach = 400;  // How far from the denial it counts, in characters.
  MarkKind kind = MarkKind::Tool;
  MarkSide side = MarkSide::Before;  // Where it stands, seen from the denial.
  std::uint8_t rank = 0;             // Tools: outer wrappers outrank what they wrap.
};

struct PolicyTypeText {
  std::string_view phrase{};
  Gate gate = Gate::Identity;
  std::string_view implicit_causes{};
  std::string_view explicit_causes{};
};

struct ActionText {
  std::string_view action{};
  std::string_view trust_causes{};
  std::string_view identity_causes{};
};

struct ParameterText {
  std::string_view name{};  // As in `roleSessionName`; compared without regard to letter case.
  std::string_view cause{};
};

[[nodiscard]] std::span<const DenialText> denial_texts();
[[nodiscard]] std::span<const ContextMark> context_marks();
// Longer phrases first.
[[nodiscard]] std::span<const PolicyTypeText> policy_type_texts();
[[nodiscard]] std::span<const ActionText> action_texts();
[[nodiscard]] std::span<const ParameterText> parameter_texts();

}  // namespace rolecall
