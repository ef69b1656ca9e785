// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/time.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>

namespace rolecall {

namespace {

// Reads a text from the front; once a step fails, `ok` stays false.
struct Reader {
  std::string_view rest{};
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest.empty() || rest[0] < '0' || rest[0] > '9') {
        ok = false;
        return 0;
      }
      value = value * 10 + (rest[0] - '0');
      rest.remove_prefix(1);
    }
    return value;
  }
  bool take(char c) {
    if (rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok = take(c) && ok; }
};

std::optional<EpochSeconds> parse_epoch(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::string_view whole = text.substr(0, text.find('.'));
  constexpr std::size_t kMostDigits = 12;
  if (whole.empty() || whole.size() > kMostDigits) return std::nullopt;
  EpochSeconds value = 0;
  for (const char c : whole) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  bool fraction = false;
  for (const char c : text.substr(std::min(text.size(), whole.size() + 1))) {
    if (c < '0' || c > '9') return std::nullopt;
    fraction = fraction || c != '0';
  }
  if (!negative) return value;
  return fraction ? -value - 1 : -value;
}

// Hours, minutes, optional seconds and fraction, then the zone.
EpochSeconds parse_clock(Reader& in) {
  const int hour = in.digits(2);
  in.expect(':');
  const int minute = in.digits(2);
  int second = 0;
  if (in.take(':')) {
    second = in.digits(2);
    if (in.take('.')) {
      while (!in.rest.empty() && in.rest[0] >= '0' && in.rest[0] <= '9') in.rest.remove_prefix(1);
    }
  }
  const bool midnight = hour == 24 && minute == 0 && second == 0;
  in.ok = in.ok && (hour < 24 || midnight) && minute < 60 && second <= 60;
  EpochSeconds seconds = EpochSeconds{hour} * 3600 + EpochSeconds{minute} * 60 + second;
  if (in.take('Z') || in.take('z')) return seconds;
  const bool east = in.take('+');
  if (!east && !in.take('-')) {
    in.ok = false;
    return 0;
  }
  const int offset_hours = in.digits(2);
  static_cast<void>(in.take(':'));
  const int offset_minutes = in.digits(2);
  in.ok = in.ok && offset_hours < 24 && offset_minutes < 60;
  const EpochSeconds offset = EpochSeconds{offset_hours} * 3600 + EpochSeconds{offset_minutes} * 60;
  return east ? seconds - offset : seconds + offset;
}

}  // namespace

std::optional<EpochSeconds> parse_time(std::string_view text) {
  constexpr std::size_t kYearOnly = 4;
  if (text.size() != kYearOnly || text.starts_with('-')) {
    if (const auto epoch = parse_epoch(text)) return epoch;
  }
  Reader in{text};
  const int year = in.digits(4);
  int month = 1;
  int day = 1;
  EpochSeconds clock = 0;
  if (in.take('-')) {
    month = in.digits(2);
    if (in.take('-')) {
      day = in.digits(2);
      if (in.take('T') || in.take('t')) clock = parse_clock(in);
    }
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!in.ok || !in.rest.empty() || !date.ok()) return std::nullopt;
  return EpochSeconds{std::chrono::sys_days(date).time_since_epoch().count()} * 86400 + clock;
}

std::string format_time(EpochSeconds time) {
  const std::chrono::sys_seconds instant{std::chrono::seconds(time)};
  const auto days = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{days};
  const auto second = (instant - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     second / 3600, second / 60 % 60, second % 60);
}

}  // namespace rolecall
