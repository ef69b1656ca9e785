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
  VariableUnresolved,  // A policy variable in it has no value.
  UnknownOperator,     // Such a condition is never true.
  SetOperatorMissing,  // A multi-valued key without ForAllValues or ForAnyValue.
  TypeMismatch,        // A value is not of the type that the operator compares.
  Undocumented,        // AWS does not document the case.
};

struct ConditionResult {
  Tri value = Tri::No;
  ConditionDetail detail = ConditionDetail::ValuesDiffer;

  [[nodiscard]] bool undocumented() const {
    return value == Tri::Open &&
           (detail == ConditionDetail::Undocumented || detail == ConditionDetail::TypeMismatch);
  }
};

// Evaluates one condition in the request context. `variables` is Policy::variables. Does not
// allocate unless a policy variable is expanded. Steps: docs/evaluation.md E5.
[[nodiscard]] ConditionResult evaluate_condition(const Condition& condition,
                                                 const RequestContext& context, bool variables);

// Whether one value of a condition matches one value of the key, as if the operator were not
// negated.
enum class ValueMatch : std::uint8_t {
  No,
  Yes,
  Unknown,     // A policy variable has an unknown value.
  Unresolved,  // A policy variable has no value.
  Mistyped,    // One of the two is not of the type that the operator compares.
  Undocumented,
};
[[nodiscard]] ValueMatch match_value(const ConditionOperator& operation,
                                     std::string_view policy_value, std::string_view actual,
                                     const RequestContext& context, bool variables);

}  // namespace rolecall
