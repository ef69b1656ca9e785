// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// The pattern language of error_text_table.h, matched against normalized text. Letter case is
// ignored. A space matches any white space or none, an apostrophe any quotation mark or none. A
// line break inside a word is ignored, as text may be wrapped anywhere. `|x|` is optional. `{name}`
// captures:
//   {role}, {principal}  an ARN, or a bare role name; quotes and brackets before it are skipped;
//   {~role}              an ARN of a role after nothing but filler words; may be missing;
//   {service}            a service principal;
//   {operation}, {code}, {region}, {request_id}, {service_account}  a word;
//   {*} or any other     the text up to the literal that follows, or else one word.
// The cost of one match is bounded by a constant (some thousand characters).

struct Capture {
  std::string_view name{};  // View of the pattern.
  std::string value{};
};

// A pattern may start with a lead `{role}`, `{~role}` or `{principal}`. The text is searched for
// the rest of the pattern, and the lead is then read backward from there.
struct SplitPattern {
  std::string_view lead{};  // `role`, `~role`, `principal` or empty.
  std::string_view rest{};  // Starts with a literal.
};
[[nodiscard]] SplitPattern split_pattern(std::string_view pattern);

// The end of the match of `pattern` (without a lead) at `pos`, or nothing. Appends to `captures`.
[[nodiscard]] std::optional<std::size_t> match_pattern(std::string_view text, std::size_t pos,
                                                       std::string_view pattern,
                                                       std::vector<Capture>& captures);

// As above for a pattern that is one literal.
[[nodiscard]] std::optional<std::size_t> match_literal(std::string_view text, std::size_t pos,
                                                       std::string_view literal);

struct ArnToken {
  std::size_t end = 0;
  std::string value{};
};

// The ARN that starts at `pos`. It ends before the first character that cannot be part of one, and
// before trailing punctuation; an ARN that a line break cuts short goes on in the next line.
[[nodiscard]] std::optional<ArnToken> read_arn(std::string_view text, std::size_t pos);

[[nodiscard]] bool is_text_space(char c);
[[nodiscard]] bool is_word_char(char c);  // A letter or digit.
[[nodiscard]] std::size_t skip_spaces(std::string_view text, std::size_t pos);
// Skips white space and the punctuation that comes before a quoted value, six characters at most.
[[nodiscard]] std::size_t skip_opening(std::string_view text, std::size_t pos);

// A field of an ARN, by index; the resource (index 5) is the whole rest. Empty when missing.
[[nodiscard]] std::string_view arn_field(std::string_view arn, std::size_t index);
[[nodiscard]] bool is_role_like_arn(std::string_view arn);

}  // namespace rolecall
