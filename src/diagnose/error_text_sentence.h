// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "diagnose/error_text_table.h"

namespace rolecall {

// AWS's sentence, as in `User: ARN is not authorized to perform: ACTION on resource: ARN because no
// identity-based policy allows the ACTION action` (docs/error-texts.md has its variants).
struct DenialSentence {
  std::size_t begin = 0;  // Of the subject if it was found, else of `not authorized`.
  std::size_t end = 0;
  const ActionText* action = nullptr;  // Null when it is not one of action_texts().
  std::string resource{};              // After `on resource:`.
  std::string role{};                  // After `on role`, or a bare ARN after `on`.
  std::string account{};               // After `Account affected:` or `for account`.
  const PolicyTypeText* policy_type = nullptr;
  bool explicit_deny = false;
  bool transitive = false;    // "with an explicit deny transitively through".
  bool is_bare_name = false;  // `AssumeRole` without the prefix `sts:`.
  std::string policy_arn{};
};

// Reads the sentence around `not authorized to perform`, which is [begin, end) of the normalized
// text. Nothing when no action follows.
[[nodiscard]] std::optional<DenialSentence> read_denial_sentence(std::string_view text,
                                                                 std::size_t begin,
                                                                 std::size_t end);

// One violation of `2 validation errors detected: Value 'x' at 'roleArn' failed to satisfy
// constraint: Member must ...; Value ...`.
struct ConstraintViolation {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string value{};
  std::string field{};  // `tags.1.member.key`
  std::string constraint{};
  const ParameterText* parameter = nullptr;
};

// Reads the violation around `failed to satisfy constraint:`, which is [begin, end); does not read
// text before `floor`. Nothing when the parameter is not one of parameter_texts().
[[nodiscard]] std::optional<ConstraintViolation> read_violation(std::string_view text,
                                                                std::size_t floor,
                                                                std::size_t begin, std::size_t end);

// The row of a parameter; `name` may be longer, as in `tags.1.member.key`.
[[nodiscard]] const ParameterText* find_parameter(std::string_view name);

// Where the sentence around a position begins and ends, within a few hundred characters.
[[nodiscard]] std::size_t find_sentence_begin(std::string_view text, std::size_t pos,
                                              std::size_t floor);
[[nodiscard]] std::size_t find_sentence_end(std::string_view text, std::size_t pos);

// The text [begin, end) on one line, at most a thousand characters of it.
[[nodiscard]] std::string quote_sentence(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace rolecall
