// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/wildcard.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

bool same(char a, char b, Case letter_case) {
  return letter_case == Case::Sensitive ? a == b : ascii_lower(a) == ascii_lower(b);
}

bool matches_at(const WildcardView& pattern, std::size_t begin, std::size_t end,
                std::string_view text, Case letter_case) {
  for (std::size_t i = begin; i < end; ++i) {
    if (!pattern.is_any(i) && !same(pattern.text[i], text[i - begin], letter_case)) return false;
  }
  return true;
}

// Shift-And search: one bit per pattern character, 64 at a time. Takes over once the plain search
// has spent its budget, so that patterns built to be slow stay linear in the text.
std::optional<std::size_t> search_bits(const WildcardView& pattern, std::size_t begin,
                                       std::size_t end, std::string_view text, Case letter_case) {
  const std::size_t length = end - begin;
  const std::size_t words = (length + 63) / 64;
  std::vector<std::uint64_t> masks(256 * words, 0);
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    for (std::size_t c = 0; c < 256; ++c) {
      if (pattern.is_any(begin + i) ||
          same(pattern.text[begin + i], static_cast<char>(c), letter_case)) {
        masks[c * words + i / 64] |= bit;
      }
    }
  }
  std::vector<std::uint64_t> state(words, 0);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::uint64_t carry = 1;
    const std::uint64_t* mask = &masks[static_cast<unsigned char>(text[at]) * words];
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t next = state[w] >> 63;
      state[w] = ((state[w] << 1) | carry) & mask[w];
      carry = next;
    }
    if ((state[words - 1] >> ((length - 1) % 64)) & 1U) return at + 1 - length;
  }
  return std::nullopt;
}

// First place where pattern[begin, end), which holds no star, occurs in the text.
std::optional<std::size_t> search(const WildcardView& pattern, std::size_t begin, std::size_t end,
                                  std::string_view text, Case letter_case) {
  const std::size_t length = end - begin;
  if (length == 0) return 0;
  std::size_t budget = 8 * (text.size() + length);
  for (std::size_t at = 0; at + length <= text.size(); ++at) {
    std::size_t i = 0;
    while (i < length && (pattern.is_any(begin + i) ||
                          same(pattern.text[begin + i], text[at + i], letter_case))) {
      ++i;
    }
    if (i == length) return at;
    if (i + 1 >= budget) {
      const auto found = search_bits(pattern, begin, end, text.substr(at), letter_case);
      if (!found) return std::nullopt;
      return at + *found;
    }
    budget -= i + 1;
  }
  return std::nullopt;
}

}  // namespace

bool wildcard_match(WildcardView pattern, std::string_view text, Case letter_case) {
  const std::size_t size = pattern.text.size();
  std::size_t first = 0;
  for (; first < size && !pattern.is_star(first); ++first) {
    if (first == text.size()) return false;
    const char c = pattern.text[first];
    if (c != text[first] && !pattern.is_any(first) && !same(c, text[first], letter_case)) {
      return false;
    }
  }
  if (first == size) return size == text.size();
  std::size_t last = size;
  while (!pattern.is_star(last - 1)) --last;
  const std::size_t tail = size - last;
  if (text.size() < first + tail) return false;
  if (!matches_at(pattern, last, size, text.substr(text.size() - tail), letter_case)) return false;
  // Between the first and the last star, taking the first occurrence of each piece is enough.
  text = text.substr(first, text.size() - first - tail);
  for (std::size_t begin = first; begin < last;) {
    if (pattern.is_star(begin)) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (!pattern.is_star(end)) ++end;
    const auto found = search(pattern, begin, end, text, letter_case);
    if (!found) return false;
    text.remove_prefix(*found + (end - begin));
    begin = end;
  }
  return true;
}

void WildcardPattern::append_pattern(std::string_view text) {
  for (const char c : text) {
    text_ += c;
    mask_ += c == '*' || c == '?' ? '\1' : '\0';
  }
}

void WildcardPattern::append_literal(std::string_view text) {
  text_ += text;
  mask_.append(text.size(), '\0');
}

}  // namespace rolecall
