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

// One character of a class, or any run of such characters.
struct TextStep {
  CharClass of = CharClass::Exact;
  char c = '\0';
  bool run = false;

  friend bool operator==(const TextStep&, const TextStep&) = default;
};
using TextPattern = std::vector<TextStep>;

void append_exact(TextPattern& pattern, std::string_view text, bool ignore_case = false);
// Appends a wildcard pattern whose `*` and `?` stand for characters of the class `wildcard`.
void append_like(TextPattern& pattern, WildcardView text, CharClass wildcard = CharClass::Any,
                 bool ignore_case = false);
void append_class(TextPattern& pattern, CharClass of, std::size_t count);
void append_run(TextPattern& pattern, CharClass of);

// The patterns of Action elements, ARN conditions and Resource elements (docs/evaluation.md E4.4,
// E5.3 and E4.5). Nothing when the pattern matches no text that is an action or ARN.
[[nodiscard]] std::optional<TextPattern> action_pattern(std::string_view text);
[[nodiscard]] std::optional<TextPattern> arn_pattern(WildcardView text);
[[nodiscard]] std::optional<TextPattern> resource_pattern(WildcardView text, PolicyKind kind);

// Patterns that match every action and every ARN.
[[nodiscard]] TextPattern action_shape();
[[nodiscard]] TextPattern arn_shape();

[[nodiscard]] bool matches(const TextPattern& pattern, std::string_view text);

// A partition of texts into cells: those that match the same patterns.
struct TextCells {
  std::vector<std::string> samples{};  // One text of each cell.
  bool complete = true;                // False: the budget ran out, and there may be more cells.
};
// The cells of texts that match `shape`, or of all texts when it is null. `budget` bounds the
// steps of the automaton. A seed that is in a cell becomes its sample.
[[nodiscard]] TextCells text_cells(std::span<const TextPattern> patterns, const TextPattern* shape,
                                   std::span<const std::string> seeds, std::size_t budget);

}  // namespace rolecall::compare
