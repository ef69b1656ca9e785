// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Letter case of ASCII only: the names that AWS compares without regard to case are ASCII.
[[nodiscard]] constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b);
[[nodiscard]] bool starts_with_ignore_case(std::string_view text, std::string_view prefix);
// The URL without a leading `https://` or `http://`.
[[nodiscard]] std::string_view without_scheme(std::string_view url);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// Levenshtein distance; `limit + 1` when it is greater than `limit`. Takes time in the product of
// the lengths, of which only the first 200 characters are compared.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);
// The candidate closest to `word` by edit distance, letter case ignored; empty when none is close
// enough to be a misspelling.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

// `a`, `a and b`, `a, b and c`; lists longer than `limit` end in "and N more".
[[nodiscard]] std::string join_list(std::span<const std::string> items, std::size_t limit = 5);

// Shortens every quotation (between backticks) and every other word of a message to `most` bytes
// and whole characters: a quoted word of input may be a hundred megabytes long.
[[nodiscard]] std::string cut_long_quotes(std::string message, std::size_t most = 500);

// Replaces control characters, bidirectional overrides, line separators and invalid UTF-8 with
// visible escapes such as \x1b or \u202e, so that text from files cannot control a terminal.
[[nodiscard]] std::string escape_for_terminal(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
// Number of code points; invalid bytes count as one each.
[[nodiscard]] std::size_t count_characters(std::string_view text);

// RFC 3986: `%7B` becomes `{`; a plus sign stays. Nothing when an escape is malformed.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
// Escapes all but the unreserved characters of RFC 3986, as AWS does.
[[nodiscard]] std::string percent_encode(std::string_view text);
// The text as one word of a POSIX shell, quoted only when it must be.
[[nodiscard]] std::string shell_quoted(std::string_view text);
// Accepts the standard and the URL-safe alphabet; padding is optional. Nothing when malformed.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

// FNV-1a over the lower-cased bytes: the hash of a condition key's name.
[[nodiscard]] constexpr std::uint64_t hash_ignore_case(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 1099511628211ULL;
  }
  return hash;
}

}  // namespace rolecall
