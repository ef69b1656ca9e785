// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rolecall/eval/gate.h"

namespace rolecall {

// The tables of the error-text recognizer. To recognize another text, add a row. Patterns are in
// the language of error_text_match.h; codes in lists of causes are separated by single spaces.

enum class TextKind : std::uint8_t {
  Message,     // A role could not be assumed, and often why.
  Wrapper,     // A role could not be assumed; if the reason follows, the two are one denial.
  Weak,        // A denial that counts only when the whole input has no other.
  Sentence,    // "... is not authorized to perform ..." (DenialSentence).
  Constraint,  // "Value '...' at '...' failed to satisfy constraint: ...".
};

// What the context must say, for texts that other AWS calls produce as well.
enum class TextScope : std::uint8_t {
  Any,
  NotOther,    // It names no operation, or one that gives credentials for a role.
  StsOnly,     // It names an operation that gives credentials for a role, or STS.
  TrustWrite,  // It names no operation, or one that writes a trust policy.
};

struct DenialText {
  std::string_view pattern{};
  TextKind kind = TextKind::Message;
  TextScope scope = TextScope::Any;
  std::string_view tool{};
  std::string_view operation{};
  std::string_view action{};
  std::string_view service{};
  std::string_view code{};    // The wire code, if the message always has the same.
  std::string_view cause{};   // The cause code, if the text proves it.
  std::string_view likely{};  // Otherwise the likely cause codes, likeliest first.
};

enum class MarkKind : std::uint8_t {
  Tool,       // `value` is the tool that printed the text.
  Code,       // Captures {code}.
  Operation,  // Captures {operation}, or `value`.
  RequestId,  // Captures {request_id}.
  AskedRole,  // Captures {role}.
  Region,     // Captures {region}.
  ServiceAccount,
  Service,           // `value` is the service principal of the service that is named.
  ServicePrincipal,  // The end of a service principal.
  Vendor,            // `value` is a product outside AWS.
  Sts,               // The context mentions STS.
  Api,               // Captures {api}: the service that answered, as SDKs name it.
};

enum class MarkSide : std::uint8_t { Before, After, Either };

// A phrase in the context of a denial that tells more about it.
struct ContextMark {
  std::string_view pattern{};
  std::string_view value{};
  std::uint16_t reach = 400;  // Largest distance from the denial, in characters.
  MarkKind kind = MarkKind::Tool;
  MarkSide side = MarkSide::Before;  // On which side of the denial it counts.
  std::uint8_t rank = 0;             // Of tools: a wrapper outranks the tool it wraps.
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
