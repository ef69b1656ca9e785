// SPDX-License-Identifier: Apache-2.0
#include "eval/policy_compare_values.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "rolecall/base/cidr.h"
#include "rolecall/base/decimal.h"
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/eval/policy_variable.h"
#include "rolecall/iam/arn.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/iam/variable.h"

namespace rolecall::compare {

namespace {

// How an operator reads values. Samples are complete only if all conditions on a key read alike.
enum class Reading : std::uint8_t { None, Text, Number, Date, Bool, Binary, Ip };

Reading reading_of(OperatorFamily family) {
  switch (family) {
    case OperatorFamily::StringEquals:
    case OperatorFamily::StringEqualsIgnoreCase:
    case OperatorFamily::StringLike:
    case OperatorFamily::Arn:
      return Reading::Text;
    case OperatorFamily::NumericEquals:
    case OperatorFamily::NumericLessThan:
    case OperatorFamily::NumericLessThanEquals:
    case OperatorFamily::NumericGreaterThan:
    case OperatorFamily::NumericGreaterThanEquals:
      return Reading::Number;
    case OperatorFamily::DateEquals:
    case OperatorFamily::DateLessThan:
    case OperatorFamily::DateLessThanEquals:
    case OperatorFamily::DateGreaterThan:
    case OperatorFamily::DateGreaterThanEquals:
      return Reading::Date;
    case OperatorFamily::Bool:
      return Reading::Bool;
    case OperatorFamily::Binary:
      return Reading::Binary;
    case OperatorFamily::IpAddress:
      return Reading::Ip;
    case OperatorFamily::Null:
      return Reading::None;
  }
  return Reading::None;
}

bool is_address(std::string_view text) {
  return text.find('/') == std::string_view::npos && Cidr::parse(text).has_value();
}

bool has_type(KeyType type, const std::string& value) {
  switch (type) {
    case KeyType::String:
      return true;
    case KeyType::Arn:
      return matches(arn_shape(), value);
    case KeyType::Bool:
      return value == "true" || value == "false";
    case KeyType::Number:
      return is_decimal(value);
    case KeyType::Date:
      return parse_time(value).has_value();
    case KeyType::Ip:
      return is_address(value);
    case KeyType::Binary:
      return base64_decode(value).has_value();
  }
  return true;
}

// ---- Numbers ----

// The integer and fraction digits of a number that is written without an exponent.
struct PlainNumber {
  bool negative = false;
  std::string integer{};
  std::string fraction{};
};

std::optional<PlainNumber> plain_number(std::string_view text) {
  if (!is_decimal(text) || text.find_first_of("eE") != std::string_view::npos) return std::nullopt;
  PlainNumber number;
  number.negative = text.starts_with('-');
  if (number.negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  number.integer = text.substr(0, dot);
  number.fraction = text.substr(std::min(text.size(), dot + 1));
  if (number.integer.empty()) number.integer = "0";
  return number;
}

// A number between `low` and `high`, two neighbors in order.
std::string number_between(const std::string& low, const std::string& high) {
  const auto below = plain_number(low);
  const auto above = plain_number(high);
  if (!below || !above) return {};
  constexpr std::size_t kShort = 15;
  if (!below->negative && below->fraction.empty() && below->integer.size() < kShort) {
    std::string next = std::to_string(std::stoll(below->integer) + 1);
    if (compare_decimals(next, high) == -1) return next;
  }
  // One more digit than either has, on the side farther from zero.
  const std::size_t digits = std::max(below->fraction.size(), above->fraction.size());
  const auto beyond = [&](const PlainNumber& number, std::string_view sign) {
    std::string fraction = number.fraction;
    fraction.resize(digits, '0');
    return std::string(sign) + number.integer + "." + fraction + "1";
  };
  if (compare_decimals(low, "0") != -1) return beyond(*below, "");
  if (compare_decimals(high, "0") != 1) return beyond(*above, "-");
  return "0";
}

// A number farther from zero than the given one.
std::string number_beyond(const std::string& value, std::string_view sign) {
  const auto number = plain_number(value);
  if (!number) return {};
  return std::string(sign) + "1" + std::string(number->integer.size(), '0');
}

// Of equal numbers, one without an exponent comes first.
bool number_less(const std::string& a, const std::string& b) {
  const int order = compare_decimals(a, b).value_or(0);
  return order != 0 ? order < 0 : plain_number(a) && !plain_number(b);
}

TextCells number_samples(std::vector<std::string> marks) {
  std::erase_if(marks, [](const std::string& each) { return !is_decimal(each); });
  std::sort(marks.begin(), marks.end(), number_less);
  const auto same = [](const std::string& a, const std::string& b) {
    return compare_decimals(a, b) == 0;
  };
  marks.erase(std::unique(marks.begin(), marks.end(), same), marks.end());
  TextCells cells;
  if (marks.empty()) {
    cells.samples = {"1"};
    return cells;
  }
  cells.samples = marks;
  for (std::size_t i = 0; i + 1 < marks.size(); ++i) {
    cells.samples.push_back(number_between(marks[i], marks[i + 1]));
  }
  const bool all_positive = compare_decimals(marks.front(), "0") == 1;
  cells.samples.push_back(all_positive ? "0" : number_beyond(marks.front(), "-"));
  cells.samples.push_back(number_beyond(marks.back(), ""));
  const auto holes = std::erase(cells.samples, "");
  cells.complete = holes == 0;
  return cells;
}

// ---- Dates ----

std::string date_text(EpochSeconds time) {
  const std::string text = format_time(time);
  return parse_time(text) == time ? text : std::to_string(time);
}

TextCells date_samples(const std::vector<std::string>& marks) {
  std::vector<EpochSeconds> times;
  for (const std::string& each : marks) {
    if (const auto time = parse_time(each)) times.push_back(*time);
  }
  if (times.empty()) times.push_back(0);
  std::vector<EpochSeconds> samples;
  for (const EpochSeconds each : times) {
    for (const EpochSeconds near : {each - 1, each, each + 1}) samples.push_back(near);
  }
  std::sort(samples.begin(), samples.end());
  samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
  TextCells cells;
  for (const EpochSeconds each : samples) {
    std::string text = date_text(each);
    if (parse_time(text) == each) {
      cells.samples.push_back(std::move(text));
    } else {
      cells.complete = false;
    }
  }
  return cells;
}

// ---- Addresses ----

using Address = std::array<std::uint8_t, 16>;

// The first address after the block; nothing when there is none.
std::optional<Address> after_block(const Cidr& block) {
  Address address = block.bytes;
  const unsigned bits = block.v6 ? 128 : 32;
  for (unsigned i = block.prefix; i < bits; ++i) {
    address[i / 8] = static_cast<std::uint8_t>(address[i / 8] | (0x80U >> (i % 8)));
  }
  for (unsigned i = bits / 8; i-- > 0;) {
    if (++address[i] != 0) return address;
  }
  return std::nullopt;
}

std::string address_text(const Address& address, bool v6) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), text.data(), text.size());
  return text.data();
}

// Between two addresses where a block begins or ends, all addresses are in the same blocks.
TextCells address_samples(const std::vector<std::string>& marks) {
  TextCells cells;
  const auto add = [&](const Address& address, bool v6) {
    cells.samples.push_back(address_text(address, v6));
  };
  const auto cut_at = [&](const Cidr& block) {
    Address first = block.bytes;
    const unsigned bits = block.v6 ? 128 : 32;
    for (unsigned i = block.prefix; i < bits; ++i) {
      first[i / 8] = static_cast<std::uint8_t>(first[i / 8] & ~(0x80U >> (i % 8)));
    }
    add(first, block.v6);
    if (const auto after = after_block(block)) add(*after, block.v6);
  };
  // IPv4 addresses in IPv6 notation are treated differently, so their range has an end as well.
  for (const std::string& each : marks) {
    const auto block = Cidr::parse(each);
    if (!block) continue;
    cut_at(*block);
    cut_at(block->unmapped());
    if (!block->v6)
      cut_at(*Cidr::parse(
          fmt::format("::ffff:{}/{}", address_text(block->bytes, false), block->prefix + 96)));
  }
  cut_at(*Cidr::parse("::ffff:0:0/96"));
  add(Address{}, false);
  add(Address{}, true);
  std::sort(cells.samples.begin(), cells.samples.end());
  cells.samples.erase(std::unique(cells.samples.begin(), cells.samples.end()), cells.samples.end());
  return cells;
}

// ---- Text ----

std::vector<std::string> text_seeds(std::span<const ConditionRef> conditions) {
  std::vector<std::string> seeds;
  for (const ConditionRef& ref : conditions) {
    const Condition& condition = *ref.condition;
    for (const Text& value : condition.values) {
      const bool wildcards = condition.operation->wildcards;
      seeds.push_back(wildcards ? filled_in(value.value) : std::string(value.value));
    }
  }
  seeds.emplace_back("example");
  return seeds;
}

TextCells text_samples(std::span<const ConditionRef> conditions, KeyType type, std::size_t budget) {
  std::vector<TextPattern> patterns;
  bool all_exact = type == KeyType::String;
  TextCells exact;
  for (const ConditionRef& ref : conditions) {
    for (const Text& value : ref.condition->values) {
      auto pattern = value_pattern(ref, value.value);
      if (!pattern) continue;
      all_exact = all_exact && std::all_of(pattern->begin(), pattern->end(), [](const TextStep& s) {
                    return s.of == CharClass::Exact;
                  });
      patterns.push_back(*std::move(pattern));
    }
  }
  const std::vector<std::string> seeds = text_seeds(conditions);
  if (!all_exact) {
    const TextPattern shape = arn_shape();
    return text_cells(patterns, type == KeyType::Arn ? &shape : nullptr, seeds, budget);
  }
  // Without wildcards, each value is a cell of its own and all other texts are one more.
  for (const TextPattern& pattern : patterns) {
    std::string text;
    for (const TextStep& step : pattern) text += step.c;
    exact.samples.push_back(std::move(text));
  }
  std::sort(exact.samples.begin(), exact.samples.end());
  exact.samples.erase(std::unique(exact.samples.begin(), exact.samples.end()), exact.samples.end());
  std::string other = "example";
  while (std::binary_search(exact.samples.begin(), exact.samples.end(), other)) other += 'x';
  exact.samples.push_back(std::move(other));
  return exact;
}

TextCells binary_samples(std::vector<std::string> marks) {
  std::erase_if(marks, [](const std::string& each) { return !base64_decode(each); });
  const auto known = [&](const std::string& text) {
    const auto bytes = base64_decode(text);
    return std::any_of(marks.begin(), marks.end(),
                       [&](const std::string& each) { return base64_decode(each) == bytes; });
  };
  std::string other = "eHh4";
  while (known(other)) other += "eHh4";
  TextCells cells{std::move(marks), true};
  cells.samples.push_back(std::move(other));
  return cells;
}

// A text that none of the operators can read, for keys whose values may be any text.
constexpr std::string_view kUnreadable = "?!";

TextCells samples_of(Reading reading, std::span<const ConditionRef> conditions, KeyType type,
                     std::size_t budget) {
  std::vector<std::string> marks;
  for (const ConditionRef& ref : conditions) {
    for (const Text& value : ref.condition->values) marks.emplace_back(value.value);
  }
  switch (reading) {
    case Reading::None:
      return {{"example"}, true};
    case Reading::Text:
      return text_samples(conditions, type, budget);
    case Reading::Number:
      return number_samples(std::move(marks));
    case Reading::Date:
      return date_samples(marks);
    case Reading::Bool:
      return {{"true", "false"}, true};
    case Reading::Binary:
      return binary_samples(std::move(marks));
    case Reading::Ip:
      return address_samples(marks);
  }
  return {};
}

// The reading under which the samples of a type are complete.
Reading natural_reading(KeyType type, Reading wanted) {
  switch (type) {
    case KeyType::String:
      return wanted;
    case KeyType::Arn:
      return Reading::Text;
    case KeyType::Bool:
      return Reading::Bool;
    case KeyType::Number:
      return Reading::Number;
    case KeyType::Date:
      return Reading::Date;
    case KeyType::Ip:
      return Reading::Ip;
    case KeyType::Binary:
      return Reading::Binary;
  }
  return wanted;
}

}  // namespace

bool has_open_variable(std::string_view text) {
  bool open = false;
  visit_variables(
      text, [&](std::string_view body, std::size_t) { open = open || !is_variable_escape(body); });
  return open;
}

bool has_open_variable(const ConditionRef& ref) {
  return ref.variables && ref.condition->operation != nullptr &&
         ref.condition->operation->variables &&
         std::any_of(ref.condition->values.begin(), ref.condition->values.end(),
                     [](const Text& value) { return has_open_variable(value.value); });
}

void open_variables(std::string_view text, std::string_view key, RequestContext& context) {
  visit_variables(text, [&](std::string_view body, std::size_t) {
    const std::string_view name = trim(body.substr(0, body.find(',')));
    if (!equals_ignore_case(name, key)) context.set_unknown(name);
  });
}

WildcardPattern fixed_pattern(std::string_view text, bool variables) {
  if (!variables) return WildcardPattern(text);
  WildcardPattern pattern;
  static_cast<void>(expand_variables(text, RequestContext{}, pattern));
  return pattern;
}

std::optional<TextPattern> value_pattern(const ConditionRef& ref, std::string_view value) {
  const ConditionOperator& operation = *ref.condition->operation;
  if (reading_of(operation.family) != Reading::Text) return std::nullopt;
  if (ref.variables && has_open_variable(value)) return std::nullopt;
  const WildcardPattern fixed = fixed_pattern(value, ref.variables);
  TextPattern pattern;
  switch (operation.family) {
    case OperatorFamily::Arn:
      return arn_pattern(fixed.view());
    case OperatorFamily::StringLike:
      append_like(pattern, fixed.view());
      return pattern;
    default:
      append_exact(pattern, fixed.text(),
                   operation.family == OperatorFamily::StringEqualsIgnoreCase);
      return pattern;
  }
}

std::string filled_in(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) text += c == '*' || c == '?' ? 'x' : c;
  return text;
}

TextCells key_samples(std::string_view key, std::span<const ConditionRef> conditions,
                      std::size_t text_budget) {
  const ContextKey* row = find_context_key(key);
  const KeyType type = row == nullptr ? KeyType::String : row->type;
  std::array<bool, 7> used{};
  for (const ConditionRef& ref : conditions) {
    used[static_cast<std::size_t>(reading_of(ref.condition->operation->family))] = true;
  }
  TextCells cells;
  int readings = 0;
  for (std::size_t i = 1; i < used.size(); ++i) {
    if (!used[i]) continue;
    ++readings;
    const auto reading = static_cast<Reading>(i);
    std::vector<ConditionRef> own;
    for (const ConditionRef& ref : conditions) {
      if (reading_of(ref.condition->operation->family) == reading) own.push_back(ref);
    }
    TextCells some = samples_of(reading, own, type, text_budget);
    cells.complete = cells.complete && some.complete && natural_reading(type, reading) == reading;
    cells.samples.insert(cells.samples.end(), some.samples.begin(), some.samples.end());
    if (type == KeyType::String && reading != Reading::Text) {
      cells.samples.emplace_back(kUnreadable);
    }
  }
  const Reading natural = natural_reading(type, Reading::None);
  if (readings == 0 || natural == Reading::Bool) {
    cells = samples_of(natural == Reading::Text ? Reading::None : natural, {}, type, text_budget);
    if (type == KeyType::Arn) cells.samples = {"arn:aws:iam::999999999999:role/example"};
  } else if (readings > 1) {
    cells.complete = false;
  }
  std::erase_if(cells.samples, [&](const std::string& each) { return !has_type(type, each); });
  return cells;
}

}  // namespace rolecall::compare
