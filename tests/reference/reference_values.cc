// SPDX-License-Identifier: Apache-2.0
#include "reference/reference_values.h"

#include <cctype>
#include <cstdlib>

namespace rolecall::reference {

std::string with_wildcards(std::string_view text) {
  std::string pattern(text);
  for (char& c : pattern) c = c == '*' ? kAnyRun : c == '?' ? kAnyOne : c;
  return pattern;
}

bool like(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == kAnyRun) {
    while (pattern.size() > 1 && pattern[1] == kAnyRun) pattern.remove_prefix(1);
    return like(pattern.substr(1), text) || (!text.empty() && like(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == kAnyOne || pattern[0] == text[0]) &&
         like(pattern.substr(1), text.substr(1));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool same_name(std::string_view a, std::string_view b) {
  return lower(a) == lower(b);
}

std::vector<std::string> cut(std::string_view text, char separator, std::size_t most) {
  std::vector<std::string> parts;
  while (parts.size() + 1 < most && text.find(separator) != std::string_view::npos) {
    parts.emplace_back(text.substr(0, text.find(separator)));
    text.remove_prefix(text.find(separator) + 1);
  }
  parts.emplace_back(text);
  return parts;
}

namespace {

// The text with every digit as 9, so that formats can be told by comparing.
std::string shape(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= '0' && c <= '9' ? '9' : c;
  return result;
}

bool is_digits(std::string_view text) {
  return !text.empty() && shape(text) == std::string(text.size(), '9');
}

long double value(std::string_view text) {
  return std::strtold(std::string(text).c_str(), nullptr);
}

}  // namespace

std::optional<long double> number(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
  const auto parts = cut(lower(rest), 'e', 2);
  const auto halves = cut(parts[0], '.', 2);
  if (!is_digits(halves[0] + (halves.size() == 2 ? halves[1] : ""))) return std::nullopt;
  if (parts.size() == 1) return value(text);
  std::string_view exponent = parts[1];
  if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
  if (!is_digits(exponent) || exponent.size() > 4) return std::nullopt;
  return value(text);
}

namespace {

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_of(int month, int year) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Counted one by one from 1970.
long days_since_epoch(int year, int month, int day) {
  long days = 0;
  for (int each = 1970; each < year; ++each) days += is_leap(each) ? 366 : 365;
  for (int each = year; each < 1970; ++each) days -= is_leap(each) ? 366 : 365;
  for (int each = 1; each < month; ++each) days += days_of(each, year);
  return days + day - 1;
}

int two(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + text[at + 1] - '0';
}

// `10:00Z`, `10:00:00.5+01:00`, `10:00+0100`: seconds since midnight UTC. The last instant of a day
// may be 24:00, and there are leap seconds.
std::optional<long> clock(std::string_view text) {
  const std::string form = shape(text);
  const bool seconds = form.starts_with("99:99:99");
  if (!seconds && !form.starts_with("99:99")) return std::nullopt;
  std::string_view zone = text.substr(seconds ? 8 : 5);
  if (seconds && zone.starts_with('.')) {
    zone.remove_prefix(1);
    while (!zone.empty() && is_digits(zone.substr(0, 1))) zone.remove_prefix(1);
  }
  const int hour = two(text, 0);
  const int minute = two(text, 3);
  const int second = seconds ? two(text, 6) : 0;
  const bool midnight = hour == 24 && minute == 0 && second == 0;
  if ((hour > 23 && !midnight) || minute > 59 || second > 60) return std::nullopt;
  const long time = hour * 3600L + minute * 60L + second;
  if (zone == "Z" || zone == "z") return time;
  const std::string offset = shape(zone);
  const bool colon = offset == "+99:99" || offset == "-99:99";
  if (!colon && offset != "+9999" && offset != "-9999") return std::nullopt;
  const int minutes = two(zone, colon ? 4 : 3);
  if (two(zone, 1) > 23 || minutes > 59) return std::nullopt;
  const long shift = two(zone, 1) * 3600L + minutes * 60L;
  return zone[0] == '+' ? time - shift : time + shift;
}

}  // namespace

std::optional<long double> date(std::string_view text) {
  // Epoch seconds, rounded down; four digits alone are a year.
  const bool negative = text.starts_with('-');
  const auto epoch = cut(negative ? text.substr(1) : text, '.', 2);
  const bool plain = epoch.size() == 1 || epoch[1].empty() || is_digits(epoch[1]);
  if (is_digits(epoch[0]) && epoch[0].size() <= 12 && plain && shape(text) != "9999") {
    const bool fraction = epoch.size() == 2 && epoch[1].find_first_not_of('0') != std::string::npos;
    return negative ? -value(epoch[0]) - (fraction ? 1 : 0) : value(epoch[0]);
  }
  const auto parts = cut(text, text.find('t') == std::string_view::npos ? 'T' : 't', 2);
  const std::string form = shape(parts[0]);
  const bool day_given = form == "9999-99-99";
  if (form != "9999" && form != "9999-99" && !day_given) return std::nullopt;
  const int year = two(text, 0) * 100 + two(text, 2);
  const int month = form == "9999" ? 1 : two(text, 5);
  const int day = day_given ? two(text, 8) : 1;
  if (month < 1 || month > 12 || day < 1 || day > days_of(month, year)) return std::nullopt;
  const long start = days_since_epoch(year, month, day) * 86400;
  if (parts.size() == 1) return static_cast<long double>(start);
  const auto time = day_given ? clock(parts[1]) : std::nullopt;
  if (!time) return std::nullopt;
  return static_cast<long double>(start + *time);
}

std::optional<bool> boolean(std::string_view text) {
  if (lower(text) == "true") return true;
  if (lower(text) == "false") return false;
  return std::nullopt;
}

std::optional<std::string> bytes(std::string_view base64) {
  static const std::string kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  while (base64.ends_with('=')) base64.remove_suffix(1);
  if (base64.size() % 4 == 1) return std::nullopt;
  for (const char c : base64) {
    const std::size_t value = kAlphabet.find(c == '-' ? '+' : c == '_' ? '/' : c);
    if (value == std::string::npos) return std::nullopt;
    for (int bit = 5; bit >= 0; --bit) bits += (value >> bit & 1U) != 0 ? '1' : '0';
  }
  return bits.substr(0, bits.size() / 8 * 8);
}

namespace {

// `count` bits of a number below 2^count in the given base; nothing when it is none.
std::optional<std::string> bits_of(const std::string& digits, int base, int count) {
  const std::string allowed = base == 10 ? "0123456789" : "0123456789abcdef";
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  if (lower(digits).find_first_not_of(allowed) != std::string::npos) return std::nullopt;
  const long value = std::strtol(digits.c_str(), nullptr, base);
  if (value >= 1L << count) return std::nullopt;
  std::string bits;
  for (int bit = count - 1; bit >= 0; --bit) bits += (value >> bit & 1) != 0 ? '1' : '0';
  return bits;
}

std::optional<std::string> joined_bits(const std::vector<std::string>& parts, int base, int count) {
  std::string bits;
  for (const std::string& part : parts) {
    const auto one = bits_of(part, base, count);
    if (!one) return std::nullopt;
    bits += *one;
  }
  return bits;
}

std::optional<std::string> v4_bits(const std::string& text) {
  const auto parts = cut(text, '.', 100);
  for (const std::string& part : parts) {
    if (part.size() > 1 && part[0] == '0') return std::nullopt;
  }
  return parts.size() == 4 ? joined_bits(parts, 10, 8) : std::nullopt;
}

// The last two groups may be written as an IPv4 address.
std::string with_hex_tail(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const auto tail = v4_bits(text.substr(colon + 1));
  if (!tail) return text;
  std::string groups;
  for (std::size_t bit = 0; bit < 32; bit += 4) {
    groups += "0123456789abcdef"[std::stoul(tail->substr(bit, 4), nullptr, 2)];
    if (bit == 12) groups += ':';
  }
  return text.substr(0, colon + 1) + groups;
}

std::optional<std::string> v6_bits(const std::string& written) {
  const std::string text = with_hex_tail(written);
  const std::size_t gap = text.find("::");
  if (gap == std::string::npos) {
    const auto parts = cut(text, ':', 100);
    return parts.size() == 8 ? joined_bits(parts, 16, 16) : std::nullopt;
  }
  const std::string front = text.substr(0, gap);
  const std::string back = text.substr(gap + 2);
  const auto list = [](const std::string& side) {
    return side.empty() ? std::vector<std::string>() : cut(side, ':', 100);
  };
  const auto left = joined_bits(list(front), 16, 16);
  const auto right = joined_bits(list(back), 16, 16);
  if (!left || !right || left->size() + right->size() > 112) return std::nullopt;
  return *left + std::string(128 - left->size() - right->size(), '0') + *right;
}

}  // namespace

std::optional<std::string> range(std::string_view text) {
  const auto parts = cut(text, '/', 2);
  const bool v6 = parts[0].find(':') != std::string::npos;
  const auto bits = v6 ? v6_bits(parts[0]) : v4_bits(parts[0]);
  if (!bits) return std::nullopt;
  std::size_t length = bits->size();
  if (parts.size() == 2) {
    const std::string& digits = parts[1];
    if (!is_digits(digits) || digits.size() > 3) return std::nullopt;
    if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
    length = static_cast<std::size_t>(std::atoi(digits.c_str()));
    if (length > bits->size()) return std::nullopt;
  }
  return (v6 ? "6:" : "4:") + bits->substr(0, length);
}

std::string unmapped(const std::string& range) {
  const std::string mapped = "6:" + std::string(80, '0') + std::string(16, '1');
  return range.starts_with(mapped) ? "4:" + range.substr(mapped.size()) : range;
}

}  // namespace rolecall::reference
