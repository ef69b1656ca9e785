// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/condition.h"

#include <algorithm>
#include <array>

namespace rolecall {

namespace {

using Family = OperatorFamily;
// name, family, negated, variables, wildcards
constexpr auto kOperators = std::to_array<ConditionOperator>({
    {"StringEquals", Family::StringEquals, false, true, false},
    {"StringNotEquals", Family::StringEquals, true, true, false},
    {"StringEqualsIgnoreCase", Family::StringEqualsIgnoreCase, false, true, false},
    {"StringNotEqualsIgnoreCase", Family::StringEqualsIgnoreCase, true, true, false},
    {"StringLike", Family::StringLike, false, true, true},
    {"StringNotLike", Family::StringLike, true, true, true},
    {"NumericEquals", Family::NumericEquals, false, false, false},
    {"NumericNotEquals", Family::NumericEquals, true, false, false},
    {"NumericLessThan", Family::NumericLessThan, false, false, false},
    {"NumericLessThanEquals", Family::NumericLessThanEquals, false, false, false},
    {"NumericGreaterThan", Family::NumericGreaterThan, false, false, false},
    {"NumericGreaterThanEquals", Family::NumericGreaterThanEquals, false, false, false},
    {"DateEquals", Family::DateEquals, false, false, false},
    {"DateNotEquals", Family::DateEquals, true, false, false},
    {"DateLessThan", Family::DateLessThan, false, false, false},
    {"DateLessThanEquals", Family::DateLessThanEquals, false, false, false},
    {"DateGreaterThan", Family::DateGreaterThan, false, false, false},
    {"DateGreaterThanEquals", Family::DateGreaterThanEquals, false, false, false},
    {"Bool", Family::Bool, false, true, false},
    {"BinaryEquals", Family::Binary, false, false, false},
    {"IpAddress", Family::IpAddress, false, false, false},
    {"NotIpAddress", Family::IpAddress, true, false, false},
    {"ArnEquals", Family::Arn, false, true, true},
    {"ArnLike", Family::Arn, false, true, true},
    {"ArnNotEquals", Family::Arn, true, true, true},
    {"ArnNotLike", Family::Arn, true, true, true},
    {"Null", Family::Null, false, false, false},
});

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::span<const ConditionOperator> condition_operators() {
  return kOperators;
}

const ConditionOperator* find_condition_operator(std::string_view name) {
  const auto* const row =
      std::find_if(kOperators.begin(), kOperators.end(),
                   [&](const ConditionOperator& each) { return each.name == name; });
  return row == kOperators.end() ? nullptr : row;
}

void parse_operator_name(std::string_view text, Condition& condition) {
  if (take_prefix(text, "ForAllValues:")) {
    condition.qualifier = Qualifier::ForAllValues;
  } else if (take_prefix(text, "ForAnyValue:")) {
    condition.qualifier = Qualifier::ForAnyValue;
  }
  constexpr std::string_view kIfExists = "IfExists";
  if (text.ends_with(kIfExists)) {
    condition.if_exists = true;
    text.remove_suffix(kIfExists.size());
  }
  condition.operation = find_condition_operator(text);
}

}  // namespace rolecall
