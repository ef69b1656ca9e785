// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rolecall/base/source.h"

namespace rolecall {

// A string of a document and its place. The text lives as long as the SourceTable.
struct Text {
  std::string_view value{};
  Span at{};
};

// What a condition operator compares. https://docs.aws.amazon.com/IAM/latest/UserGuide/
// reference_policies_elements_condition_operators.html
enum class OperatorFamily : std::uint8_t {
  StringEquals,
  StringEqualsIgnoreCase,
  StringLike,
  NumericEquals,
  NumericLessThan,
  NumericLessThanEquals,
  NumericGreaterThan,
  NumericGreaterThanEquals,
  DateEquals,
  DateLessThan,
  DateLessThanEquals,
  DateGreaterThan,
  DateGreaterThanEquals,
  Bool,
  Binary,
  IpAddress,
  Arn,
  Null,
};

struct ConditionOperator {
  std::string_view name{};
  OperatorFamily family{};
  bool negated = false;    // Decides the outcome when the context key is absent.
  bool variables = false;  // Whether policy variables in its values are expanded.
  bool wildcards = false;  // Whether `*` and `?` in its values are wildcards.
};

// Every operator, without set operators and the IfExists suffix; a meta-test walks it.
[[nodiscard]] std::span<const ConditionOperator> condition_operators();
// Null when no operator has exactly this name.
[[nodiscard]] const ConditionOperator* find_condition_operator(std::string_view name);

// A set operator, which stands before the condition operator: `ForAnyValue:StringLike`.
enum class Qualifier : std::uint8_t { None, ForAllValues, ForAnyValue };

// One context key under one operator, with the values it is compared with.
struct Condition {
  Text operator_text{};                          // As written: `ForAllValues:StringLikeIfExists`.
  const ConditionOperator* operation = nullptr;  // Null: not an operator; the condition is false.
  Qualifier qualifier = Qualifier::None;
  bool if_exists = false;
  Text key{};
  std::uint64_t key_hash = 0;     // hash_ignore_case(key.value).
  bool multi_valued_key = false;  // AWS documents the key as one that holds a list.
  std::vector<Text> values{};
  Span at{};  // From the key to the end of its values.
};

// Sets `qualifier`, `operation` and `if_exists` of `condition` from a text such as
// `ForAnyValue:StringLikeIfExists`.
void parse_operator_name(std::string_view text, Condition& condition);

}  // namespace rolecall
