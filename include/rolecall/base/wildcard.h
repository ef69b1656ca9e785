// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace rolecall {

enum class Case : std::uint8_t { Sensitive, Insensitive };

// A view of a pattern in which single `*` and `?` may be literal.
struct WildcardView {
  std::string_view text{};
  // One byte per character of `text`: zero where a `*` or `?` is literal. Null: all are wildcards.
  const char* mask = nullptr;

  [[nodiscard]] bool is_star(std::size_t i) const {
    return text[i] == '*' && (mask == nullptr || mask[i] != '\0');
  }
  [[nodiscard]] bool is_any(std::size_t i) const {
    return text[i] == '?' && (mask == nullptr || mask[i] != '\0');
  }
  // REQUIRES: begin <= text.size().
  [[nodiscard]] WildcardView part(std::size_t begin, std::size_t count) const {
    return {text.substr(begin, count), mask == nullptr ? nullptr : mask + begin};
  }
};
// Whether the whole text matches. Linear in the text when no piece between two stars is longer than
// 64 characters; otherwise in text times pattern / 64; never exponential. Does not allocate, except
// for patterns built to be slow.
[[nodiscard]] bool wildcard_match(WildcardView pattern, std::string_view text,
                                  Case letter_case = Case::Sensitive);

// A pattern assembled from parts: `*` (any run of characters) and `?` (exactly one) are wildcards
// in some parts and literal in others. AWS never treats those that a policy variable or an escape
// gave as wildcards.
class WildcardPattern {
 public:
  WildcardPattern() = default;
  // Every `*` and `?` of `text` is a wildcard.
  explicit WildcardPattern(std::string_view text) { append_pattern(text); }
  void append_pattern(std::string_view text);
  void append_literal(std::string_view text);

  [[nodiscard]] WildcardView view() const { return {text_, mask_.data()}; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string mask_;  // Same length.
};

[[nodiscard]] inline bool wildcard_match(std::string_view pattern, std::string_view text,
                                         Case letter_case = Case::Sensitive) {
  return wildcard_match(WildcardView{pattern, nullptr}, text, letter_case);
}
[[nodiscard]] inline bool has_wildcard(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c == '*' || c == '?'; });
}

}  // namespace rolecall
