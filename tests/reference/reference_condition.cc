// SPDX-License-Identifier: Apache-2.0
#include "reference/reference_condition.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reference/reference_values.h"

namespace rolecall::reference {

namespace {

constexpr std::array kLists = {"aws:tagkeys",           "aws:principalorgpaths",
                               "aws:resourceorgpaths",  "aws:sourceorgpaths",
                               "aws:vpceorgpaths",      "aws:calledvia",
                               "sts:transitivetagkeys", "aws:principalservicenameslist"};

ContextEntry find_key(const RequestContext& context, std::string_view name) {
  for (const ContextEntry& entry : context.entries()) {
    if (same_name(entry.name, name)) return entry;
  }
  ContextEntry entry;
  for (const UnknownFamily& family : context.unknown_families()) {
    if (entry.state == KeyState::Unknown || !lower(name).starts_with(lower(family.prefix)))
      continue;
    entry.state = KeyState::Unknown;
    entry.undocumented = family.undocumented;
  }
  // A claim: `HOST:claim`, and a host has a dot.
  const auto parts = cut(name, ':', 2);
  const bool claim =
      parts.size() == 2 && !parts[1].empty() && parts[0].find('.') != std::string::npos;
  if (claim && context.issuer_keys_unknown()) entry.state = KeyState::Unknown;
  return entry;
}

Expanded expand_one(std::string_view body, const RequestContext& context) {
  if (body == "*" || body == "?" || body == "$") return {Truth::Yes, std::string(body)};
  const auto parts = cut(body, ',', 2);
  const ContextEntry entry = find_key(context, parts[0]);
  const bool list = std::find(kLists.begin(), kLists.end(), lower(parts[0])) != kLists.end();
  if (list) return {Truth::No, {}};
  if (entry.state == KeyState::Unknown) return {Truth::Open, std::string(1, kAnyRun)};
  if (entry.state == KeyState::Known) {
    return entry.values.size() == 1 ? Expanded{Truth::Yes, entry.values[0]}
                                    : Expanded{Truth::No, {}};
  }
  if (parts.size() < 2) return {Truth::No, {}};
  const std::size_t open = parts[1].find('\'');
  return {Truth::Yes, parts[1].substr(open + 1, parts[1].rfind('\'') - open - 1)};
}

}  // namespace

Expanded expand(std::string_view text, const RequestContext& context, bool variables) {
  Expanded all;
  std::size_t begin = variables ? text.find("${") : std::string_view::npos;
  while (begin != std::string_view::npos && text.find('}', begin) != std::string_view::npos) {
    const std::size_t end = text.find('}', begin);
    const Expanded one = expand_one(text.substr(begin + 2, end - begin - 2), context);
    all.pattern += with_wildcards(text.substr(0, begin)) + one.pattern;
    all.usable = both(all.usable, one.usable);
    text.remove_prefix(end + 1);
    begin = text.find("${");
  }
  all.pattern += with_wildcards(text);
  return all;
}

namespace {

std::string without_wildcards(std::string pattern) {
  for (char& c : pattern) c = c == kAnyRun ? '*' : c == kAnyOne ? '?' : c;
  return pattern;
}

// Nothing when a side is not of the operator's type.
std::optional<Truth> compare_arns(const std::string& pattern, std::string_view actual) {
  if (pattern == std::string(1, kAnyRun)) return Truth::Unclear;
  const auto wanted = cut(pattern, ':', 6);
  const auto fields = cut(actual, ':', 6);
  if (wanted.size() < 6 || fields.size() < 6) return Truth::No;
  for (std::size_t i = 0; i < 6; ++i) {
    if (!like(wanted[i], fields[i])) return Truth::No;
  }
  return Truth::Yes;
}

template <typename Value>
std::optional<Truth> compare(const std::optional<Value>& actual, const std::optional<Value>& wanted,
                             const std::function<bool(const Value&, const Value&)>& holds) {
  if (!actual || !wanted) return std::nullopt;
  return truth(holds(*actual, *wanted));
}

std::optional<Truth> compare_ordered(std::string_view name, std::string_view actual,
                                     std::string_view wanted) {
  using Value = long double;
  const bool dates = name.starts_with("Date");
  std::function<bool(const Value&, const Value&)> holds = std::equal_to<Value>();
  if (name.ends_with("LessThan")) holds = std::less<Value>();
  if (name.ends_with("LessThanEquals")) holds = std::less_equal<Value>();
  if (name.ends_with("GreaterThan")) holds = std::greater<Value>();
  if (name.ends_with("GreaterThanEquals")) holds = std::greater_equal<Value>();
  return dates ? compare<Value>(date(actual), date(wanted), holds)
               : compare<Value>(number(actual), number(wanted), holds);
}

std::optional<Truth> compare_values(std::string_view name, const std::string& pattern,
                                    const std::string& actual) {
  const std::string wanted = without_wildcards(pattern);
  if (name.ends_with("IgnoreCase")) return truth(lower(wanted) == lower(actual));
  if (name.starts_with("String") && name.ends_with("Equals")) return truth(wanted == actual);
  if (name.starts_with("String")) return truth(like(pattern, actual));
  if (name.starts_with("Arn")) return compare_arns(pattern, actual);
  if (name == "Bool") return compare<bool>(boolean(actual), boolean(wanted), std::equal_to<bool>());
  if (name == "BinaryEquals") {
    if (wanted == actual) return Truth::Yes;
    return compare<std::string>(bytes(actual), bytes(wanted), std::equal_to<std::string>());
  }
  if (name.ends_with("IpAddress")) {
    const auto inner = range(actual);
    const auto outer = range(wanted);
    if (!inner || !outer) return std::nullopt;
    const bool as_written = inner->starts_with(*outer);
    const bool as_mapped = unmapped(*inner).starts_with(unmapped(*outer));
    return as_written == as_mapped ? truth(as_written) : Truth::Unclear;
  }
  return compare_ordered(name, actual, wanted);
}

// One value of the key against all values of the condition: any of them, or none when negated.
Truth one_value(const Condition& condition, const std::string& actual,
                const RequestContext& context, bool variables) {
  const bool negated = condition.operation->negated;
  const std::string_view name = condition.operation->name;
  const bool typed = !name.starts_with("String") && !name.starts_with("Arn") && name != "Bool";
  Truth matches = Truth::No;
  for (const Text& value : condition.values) {
    const Expanded expanded = expand(value.value, context, variables && !typed);
    Truth one = expanded.usable;
    if (one == Truth::Yes) {
      const auto compared = compare_values(name, expanded.pattern, actual);
      one = compared.value_or(negated ? Truth::Unclear : Truth::No);
    }
    matches = either(matches, one);
  }
  return negated ? negation(matches) : matches;
}

Truth with_values(const Condition& condition, const std::vector<std::string>& values,
                  const RequestContext& context, bool variables) {
  const bool is_list = condition.multi_valued_key || values.size() > 1;
  if (condition.qualifier == Qualifier::None && is_list) return Truth::No;
  if (condition.qualifier == Qualifier::None && values.empty()) {
    return truth(condition.operation->negated);
  }
  Truth all = Truth::Yes;
  Truth any = Truth::No;
  for (const std::string& actual : values) {
    const Truth one = one_value(condition, actual, context, variables);
    all = both(all, one);
    any = either(any, one);
  }
  return condition.qualifier == Qualifier::ForAllValues ? all : any;
}

Truth when_absent(const Condition& condition) {
  if (condition.if_exists || condition.qualifier == Qualifier::ForAllValues) return Truth::Yes;
  return truth(condition.operation->negated && condition.qualifier == Qualifier::None);
}

// Of a key that is present with a value nobody knows.
Truth with_some_value(const Condition& condition, const ContextEntry& entry,
                      const RequestContext& context, bool variables) {
  if (!entry.candidates.empty()) {
    Truth result = with_values(condition, {entry.candidates[0]}, context, variables);
    for (const std::string& each : entry.candidates) {
      result = one_of(result, with_values(condition, {each}, context, variables));
    }
    return result;
  }
  if (condition.qualifier == Qualifier::None && condition.multi_valued_key) return Truth::No;
  const std::string_view name = condition.operation->name;
  const bool negated = condition.operation->negated;
  const bool text = name.starts_with("String") || name.starts_with("Arn");
  bool everything = false;
  bool nothing = true;
  for (const Text& each : condition.values) {
    const std::string value(each.value);
    const bool stars = !value.empty() && value == std::string(value.size(), '*');
    everything = everything || (stars && name.ends_with("Like") && !name.starts_with("Arn"));
    const bool excluded = text && !entry.not_prefix.empty() && value.starts_with(entry.not_prefix);
    const bool variable = variables && value.find("${") != std::string::npos;
    const bool short_arn =
        name.starts_with("Arn") && !variable && value != "*" && cut(value, ':', 6).size() < 6;
    const bool readable = text || name == "BinaryEquals" || (name == "Bool" && variable) ||
                          compare_values(name, with_wildcards(value), value).has_value();
    nothing = nothing && (excluded || short_arn || (!readable && !negated));
  }
  if (everything) return truth(!negated);
  return nothing ? truth(negated) : Truth::Open;
}

Truth null_test(const Condition& condition, const ContextEntry& entry) {
  Truth when_null = Truth::No;
  Truth when_not_null = Truth::No;
  for (const Text& value : condition.values) {
    const auto wanted = boolean(value.value);
    if (wanted) (*wanted ? when_null : when_not_null) = Truth::Yes;
  }
  if (entry.state == KeyState::Absent) return when_null;
  if (entry.state == KeyState::Known || entry.never_absent) return when_not_null;
  return one_of(when_null, when_not_null);
}

Truth holds_for(const Condition& condition, const ContextEntry& entry,
                const RequestContext& context, bool variables) {
  if (condition.operation->name == "Null") return null_test(condition, entry);
  if (entry.state == KeyState::Absent) return when_absent(condition);
  if (entry.state == KeyState::Known) {
    return with_values(condition, entry.values, context, variables);
  }
  const Truth present = with_some_value(condition, entry, context, variables);
  return entry.never_absent ? present : one_of(present, when_absent(condition));
}

}  // namespace

Truth holds(const Condition& condition, const RequestContext& context, bool variables) {
  if (condition.operation == nullptr) return Truth::No;
  const ContextEntry entry = find_key(context, condition.key.value);
  const Truth result = holds_for(condition, entry, context, variables);
  return result == Truth::Open && entry.undocumented ? Truth::Unclear : result;
}

}  // namespace rolecall::reference
