// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/wildcard.h"
#include "rolecall/iam/policy.h"

namespace rolecall::compare {

enum class CharClass : std::uint8_t {
  Exact,
  IgnoreCase,
  Any,
  NotColon,
  Digit,
  Word,  // Service prefixes and actions: lower-case letters, digits, `-`.
  Name,  // IAM names.
  Path,  // IAM names and `/`.
};

// One character, or any run of characters of a class.
struct TextStep {
  CharClass of = CharClass::Exact;
  char c = '\0';
  bool run = false;

  friend bool operator==(const TextStep&, const TextStep&) = default;
};
using TextPattern = std::vector<TextStep>;

void append_exact(TextPattern& pattern, std::string_view text, bool ignore_case = false);
// `*` and `?` stand for characters of `wildcard`.
void append_like(TextPattern& pattern, WildcardView text, CharClass wildcard = CharClass::Any,
                 bool ignore_case = false);
void append_class(TextPattern& pattern, CharClass of, std::size_t count);
void append_run(TextPattern& pattern, CharClass of);

// Patterns as docs/evaluation.md E4.4, E4.5 and E5.3 read them. Nothing when they match no text, or
// no text that an action, an ARN can be.
[[nodiscard]] std::optional<TextPattern> action_pattern(std::string_view text);
[[nodiscard]] std::optional<TextPattern> arn_pattern(WildcardView text);
[[nodiscard]] std::optional<TextPattern> resource_pattern(WildcardView text, PolicyKind kind);

[[nodiscard]] TextPattern action_shape();
[[nodiscard]] TextPattern arn_shape();

[[nodiscard]] bool matches(const TextPattern& pattern, std::string_view text);

// One text for every way in which a text can match some of the patterns and not the others.
// `complete`: there is no further way; false when the budget of steps ran out.
struct TextCells {
  std::vector<std::string> samples{};
  bool complete = true;
};
// Texts are those that match `shape`, all when it is null. Where a seed does, it is the sample.
[[nodiscard]] TextCells text_cells(std::span<const TextPattern> patterns, const TextPattern* shape,
                                   std::span<const std::string> seeds, std::size_t budget);

}  // namespace rolecall::compare
