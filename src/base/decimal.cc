// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/decimal.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

// value = 0.digits * 10^exponent, without leading or trailing zeros; empty digits are zero.
struct Decimal {
  bool negative = false;
  std::string digits{};
  long exponent = 0;
};

std::optional<long> parse_exponent(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
  text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  constexpr std::size_t kMostDigits = 4;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  long value = 0;
  for (const char c : text) {
    if (!is_ascii_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative || text.starts_with('+')) text.remove_prefix(1);
  std::size_t i = 0;
  while (i < text.size() && is_ascii_digit(text[i])) ++i;
  std::string digits(text.substr(0, i));
  decimal.exponent = static_cast<long>(i);
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = ++i;
    while (i < text.size() && is_ascii_digit(text[i])) ++i;
    digits += text.substr(fraction, i - fraction);
  }
  if (digits.empty()) return std::nullopt;
  const auto exponent = parse_exponent(text.substr(i));
  if (!exponent) return std::nullopt;
  const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size());
  decimal.digits = digits.substr(leading);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.exponent += *exponent - static_cast<long>(leading);
  if (decimal.digits.empty()) decimal = {};
  return decimal;
}

int compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty()) {
    return static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty());
  }
  if (a.exponent != b.exponent) return a.exponent < b.exponent ? -1 : 1;
  const int order = a.digits.compare(b.digits);
  return (order > 0) - (order < 0);
}

}  // namespace

std::optional<int> compare_decimals(std::string_view a, std::string_view b) {
  const auto left = parse_decimal(a);
  const auto right = parse_decimal(b);
  if (!left || !right) return std::nullopt;
  if (left->negative != right->negative) return left->negative ? -1 : 1;
  const int order = compare_magnitudes(*left, *right);
  return left->negative ? -order : order;
}

bool is_decimal(std::string_view text) {
  return parse_decimal(text).has_value();
}

}  // namespace rolecall
