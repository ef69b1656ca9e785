// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "rolecall/eval/request_context.h"
#include "rolecall/eval/tri.h"
#include "rolecall/iam/condition.h"

namespace rolecall {

// Why a condition came out as it did.
enum class ConditionDetail : std::uint8_t {
  Matched,
  ValuesDiffer,
  KeyAbsent,
  KeyUnknown,
  VariableUnknown,
  VariableUnresolved,  // A `${...}` of it has no value.
  UnknownOperator,     // Never true.
  SetOperatorMissing,  // A multi-valued key without ForAllValues or ForAnyValue.
  TypeMismatch,        // A value cannot be read as what the operator compares.
  Undocumented,        // AWS does not say what happens.
};

struct ConditionResult {
  Tri value = Tri::No;
  ConditionDetail detail = ConditionDetail::ValuesDiffer;

  [[nodiscard]] bool undocumented() const {
    return value == Tri::Open &&
           (detail == ConditionDetail::Undocumented || detail == ConditionDetail::TypeMismatch);
  }
};

// One condition against the request context. `variables` tells whether the policy's version has
// policy variables. Never allocates unless a variable is expanded. Steps: docs/evaluation.md E5.
[[nodiscard]] ConditionResult evaluate_condition(const Condition& condition,
                                                 const RequestContext& context, bool variables);

// How one value of a condition compares with one value of the key, negation left aside.
enum class ValueMatch : std::uint8_t { No, Yes, Unknown, Unresolved, Mistyped, Undocumented };
[[nodiscard]] ValueMatch match_value(const ConditionOperator& operation,
                                     std::string_view policy_value, std::string_view actual,
                                     const RequestContext& context, bool variables);

}  // namespace rolecall
