// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/condition_eval.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rolecall/base/cidr.h"
#include "rolecall/base/decimal.h"
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/eval/policy_variable.h"

namespace rolecall {

namespace {

ValueMatch yes_if(bool matches) {
  return matches ? ValueMatch::Yes : ValueMatch::No;
}

// Matches an ARN field by field; the sixth field holds all further colons (E5.3, C-1).
ValueMatch match_arn(WildcardView pattern, std::string_view actual) {
  if (pattern.text == "*" && pattern.is_star(0)) return ValueMatch::Undocumented;  // C-2
  constexpr int kFields = 6;
  std::size_t begin = 0;
  for (int field = 1; field < kFields; ++field) {
    const std::size_t end = pattern.text.find(':', begin);
    const std::size_t actual_end = actual.find(':');
    // A pattern with fewer fields matches nothing, and no pattern matches a text that is not an ARN
    // (C-3).
    if (end == std::string_view::npos || actual_end == std::string_view::npos) {
      return ValueMatch::No;
    }
    if (!wildcard_match(pattern.part(begin, end - begin), actual.substr(0, actual_end))) {
      return ValueMatch::No;
    }
    begin = end + 1;
    actual.remove_prefix(actual_end + 1);
  }
  return yes_if(wildcard_match(pattern.part(begin, pattern.text.size() - begin), actual));
}

ValueMatch match_text(OperatorFamily family, WildcardView pattern, std::string_view actual) {
  switch (family) {
    case OperatorFamily::StringEquals:
      return yes_if(pattern.text == actual);
    case OperatorFamily::StringEqualsIgnoreCase:
      return yes_if(equals_ignore_case(pattern.text, actual));
    case OperatorFamily::StringLike:
      return yes_if(wildcard_match(pattern, actual));
    case OperatorFamily::Arn:
      return match_arn(pattern, actual);
    default:
      return ValueMatch::Mistyped;
  }
}

ValueMatch match_bool(std::string_view wanted, std::string_view actual) {
  const auto is_bool = [](std::string_view text) {
    return equals_ignore_case(text, "true") || equals_ignore_case(text, "false");
  };
  if (!is_bool(wanted) || !is_bool(actual)) return ValueMatch::Mistyped;
  return yes_if(equals_ignore_case(wanted, actual));
}

// `order` is the request's value compared with the policy's: -1, 0 or 1.
ValueMatch match_order(OperatorFamily family, int order) {
  switch (family) {
    case OperatorFamily::NumericEquals:
    case OperatorFamily::DateEquals:
      return yes_if(order == 0);
    case OperatorFamily::NumericLessThan:
    case OperatorFamily::DateLessThan:
      return yes_if(order < 0);
    case OperatorFamily::NumericLessThanEquals:
    case OperatorFamily::DateLessThanEquals:
      return yes_if(order <= 0);
    case OperatorFamily::NumericGreaterThan:
    case OperatorFamily::DateGreaterThan:
      return yes_if(order > 0);
    case OperatorFamily::NumericGreaterThanEquals:
    case OperatorFamily::DateGreaterThanEquals:
      return yes_if(order >= 0);
    default:
      return ValueMatch::Mistyped;
  }
}

ValueMatch match_number(OperatorFamily family, std::string_view wanted, std::string_view actual) {
  const auto order = compare_decimals(actual, wanted);
  return order ? match_order(family, *order) : ValueMatch::Mistyped;
}

ValueMatch match_date(OperatorFamily family, std::string_view wanted, std::string_view actual) {
  const auto left = parse_time(actual);
  const auto right = parse_time(wanted);
  if (!left || !right) return ValueMatch::Mistyped;
  return match_order(family, static_cast<int>(*left > *right) - static_cast<int>(*left < *right));
}

ValueMatch match_ip(std::string_view wanted, std::string_view actual) {
  const auto range = Cidr::parse(wanted);
  const auto address = Cidr::parse(actual);
  if (!range || !address) return ValueMatch::Mistyped;
  // AWS does not document whether an IPv4 address in IPv6 notation counts as IPv4 or IPv6 (C-8).
  const bool matches = range->contains(*address);
  if (matches != range->unmapped().contains(address->unmapped())) return ValueMatch::Undocumented;
  return yes_if(matches);
}

ValueMatch match_binary(std::string_view wanted, std::string_view actual) {
  if (wanted == actual) return ValueMatch::Yes;
  const auto left = base64_decode(wanted);
  const auto right = base64_decode(actual);
  if (!left || !right) return ValueMatch::Mistyped;
  return yes_if(*left == *right);
}

// One row per kind of comparison that is not textual.
ValueMatch match_typed(OperatorFamily family, std::string_view wanted, std::string_view actual) {
  switch (family) {
    case OperatorFamily::NumericEquals:
    case OperatorFamily::NumericLessThan:
    case OperatorFamily::NumericLessThanEquals:
    case OperatorFamily::NumericGreaterThan:
    case OperatorFamily::NumericGreaterThanEquals:
      return match_number(family, wanted, actual);
    case OperatorFamily::DateEquals:
    case OperatorFamily::DateLessThan:
    case OperatorFamily::DateLessThanEquals:
    case OperatorFamily::DateGreaterThan:
    case OperatorFamily::DateGreaterThanEquals:
      return match_date(family, wanted, actual);
    case OperatorFamily::Bool:
      return match_bool(wanted, actual);
    case OperatorFamily::Binary:
      return match_binary(wanted, actual);
    case OperatorFamily::IpAddress:
      return match_ip(wanted, actual);
    default:
      return ValueMatch::Mistyped;
  }
}

bool is_textual(OperatorFamily family) {
  return family == OperatorFamily::StringEquals ||
         family == OperatorFamily::StringEqualsIgnoreCase || family == OperatorFamily::StringLike ||
         family == OperatorFamily::Arn;
}

ConditionDetail detail_of(ValueMatch match) {
  switch (match) {
    case ValueMatch::No:
    case ValueMatch::Yes:
      return ConditionDetail::ValuesDiffer;
    case ValueMatch::Unknown:
      return ConditionDetail::VariableUnknown;
    case ValueMatch::Unresolved:
      return ConditionDetail::VariableUnresolved;
    case ValueMatch::Mistyped:
      return ConditionDetail::TypeMismatch;
    case ValueMatch::Undocumented:
      return ConditionDetail::Undocumented;
  }
  return ConditionDetail::ValuesDiffer;
}

// The outcome over all values of the condition: a match, or else what keeps it from being certain.
ValueMatch match_list(const Condition& condition, std::string_view actual,
                      const RequestContext& context, bool variables) {
  constexpr auto kRank = [](ValueMatch match) {
    constexpr std::array<int, 6> kRanks = {0, 5, 3, 1, 2, 4};
    return kRanks[static_cast<std::size_t>(match)];
  };
  ValueMatch best = ValueMatch::No;
  for (const Text& value : condition.values) {
    const ValueMatch one =
        match_value(*condition.operation, value.value, actual, context, variables);
    if (kRank(one) > kRank(best)) best = one;
    if (best == ValueMatch::Yes) break;
  }
  return best;
}

// Tests one value of the key: OR over the condition's values, or NOR when the operator is negated
// (E5.2).
ConditionResult test_one(const Condition& condition, std::string_view actual,
                         const RequestContext& context, bool variables) {
  const ValueMatch match = match_list(condition, actual, context, variables);
  const bool negated = condition.operation->negated;
  switch (match) {
    case ValueMatch::Yes:
      return {tri(!negated), negated ? ConditionDetail::ValuesDiffer : ConditionDetail::Matched};
    case ValueMatch::Unknown:
    case ValueMatch::Undocumented:
      return {Tri::Open, detail_of(match)};
    case ValueMatch::Mistyped:
      // For a negated operator AWS does not document the outcome (C-9).
      return {negated ? Tri::Open : Tri::No, ConditionDetail::TypeMismatch};
    case ValueMatch::No:
    case ValueMatch::Unresolved:
      return {tri(negated), negated ? ConditionDetail::Matched : detail_of(match)};
  }
  return {};
}

ConditionResult test_all(const Condition& condition, const ContextEntry& entry,
                         const RequestContext& context, bool variables) {
  const bool every = condition.qualifier == Qualifier::ForAllValues;
  ConditionResult result{tri(every),
                         every ? ConditionDetail::Matched : ConditionDetail::ValuesDiffer};
  for (const std::string& actual : entry.values) {
    const ConditionResult one = test_one(condition, actual, context, variables);
    const bool decides = every ? one.value < result.value : one.value > result.value;
    if (decides || (one.value == result.value && one.undocumented())) result = one;
    if (result.value == tri(!every)) break;
  }
  return result;
}

// The outcome for an absent key (E5.5).
ConditionResult absent(const Condition& condition) {
  const bool holds = condition.if_exists || condition.qualifier == Qualifier::ForAllValues ||
                     (condition.operation->negated && condition.qualifier == Qualifier::None);
  return {tri(holds), holds ? ConditionDetail::Matched : ConditionDetail::KeyAbsent};
}

ConditionDetail open_detail(const ContextEntry& entry) {
  return entry.undocumented ? ConditionDetail::Undocumented : ConditionDetail::KeyUnknown;
}

ConditionResult test_null(const Condition& condition, const ContextEntry& entry) {
  const auto lists = [&](std::string_view wanted) {
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const Text& value) { return equals_ignore_case(value.value, wanted); });
  };
  const Tri if_absent = tri(lists("true"));
  const Tri if_present = tri(lists("false"));
  const bool unknown = entry.state == KeyState::Unknown && !entry.never_absent;
  if (unknown && if_absent != if_present) return {Tri::Open, open_detail(entry)};
  const bool is_absent = entry.state == KeyState::Absent;
  const Tri result = is_absent ? if_absent : if_present;
  if (result == Tri::Yes) return {result, ConditionDetail::Matched};
  return {result, is_absent ? ConditionDetail::KeyAbsent : ConditionDetail::ValuesDiffer};
}

// A multi-valued key needs ForAllValues or ForAnyValue; without it, the condition never matches.
bool lacks_set_operator(const Condition& condition) {
  return condition.multi_valued_key && condition.qualifier == Qualifier::None;
}

// Whether a value of a condition is not of the type that the operator compares.
bool is_mistyped(const ConditionOperator& operation, std::string_view value) {
  if (is_textual(operation.family) || operation.family == OperatorFamily::Binary) return false;
  return match_typed(operation.family, value, value) == ValueMatch::Mistyped;
}

// Whether an ARN pattern has fewer than six fields and so matches nothing. What a bare `*` matches
// is not documented.
bool is_short_arn(std::string_view pattern) {
  constexpr int kColons = 5;
  return pattern != "*" && std::count(pattern.begin(), pattern.end(), ':') < kColons;
}

// The outcome when the key's only value is unknown, if it is the same for every value: `*` matches
// all of them; a condition without values, or with impossible values only, matches none.
std::optional<ConditionResult> certain_for_any(const Condition& condition,
                                               const ContextEntry& entry, bool variables) {
  const ConditionOperator& operation = *condition.operation;
  const auto is_plain = [&](const Text& value) {
    return !variables || !operation.variables || !has_variable(value.value);
  };
  const auto matches_all = [&](const Text& value) {
    return operation.family == OperatorFamily::StringLike && !value.value.empty() &&
           value.value.find_first_not_of('*') == std::string_view::npos;
  };
  const auto matches_none = [&](const Text& value) {
    const bool ruled_out = !entry.not_prefix.empty() && is_textual(operation.family) &&
                           value.value.starts_with(entry.not_prefix);
    const bool short_arn = operation.family == OperatorFamily::Arn && is_short_arn(value.value);
    const bool unreadable = !operation.negated && is_mistyped(operation, value.value);
    return ruled_out || (is_plain(value) && (short_arn || unreadable));
  };
  const auto& values = condition.values;
  const bool negated = operation.negated;
  if (std::any_of(values.begin(), values.end(), matches_all)) {
    return ConditionResult{tri(!negated),
                           negated ? ConditionDetail::ValuesDiffer : ConditionDetail::Matched};
  }
  if (!std::all_of(values.begin(), values.end(), matches_none)) return std::nullopt;
  if (negated) return ConditionResult{Tri::Yes, ConditionDetail::Matched};
  const bool differs = values.empty() || is_textual(operation.family);
  return ConditionResult{Tri::No,
                         differs ? ConditionDetail::ValuesDiffer : ConditionDetail::TypeMismatch};
}

// The outcome over all values the key may have: certain only when they agree, and undocumented when
// one of them is.
ConditionResult test_candidates(const Condition& condition, const ContextEntry& entry,
                                const RequestContext& context, bool variables) {
  ConditionResult joined = test_one(condition, entry.candidates[0], context, variables);
  const auto add = [&](const ConditionResult& one) {
    if (one.undocumented()) joined = one;
    if (one.value != joined.value) {
      const bool undocumented = joined.undocumented();
      joined = {Tri::Open, undocumented ? joined.detail : open_detail(entry)};
    }
  };
  for (std::size_t i = 1; i < entry.candidates.size(); ++i) {
    add(test_one(condition, entry.candidates[i], context, variables));
  }
  if (!entry.never_absent) add(absent(condition));
  return joined;
}

ConditionResult unknown(const Condition& condition, const ContextEntry& entry,
                        const RequestContext& context, bool variables) {
  const ConditionResult open{Tri::Open, open_detail(entry)};
  if (lacks_set_operator(condition)) {
    // No value can match, so the condition holds at most when the key is absent.
    const bool may_hold = !entry.never_absent && absent(condition).value == Tri::Yes;
    return may_hold ? open : ConditionResult{Tri::No, ConditionDetail::SetOperatorMissing};
  }
  if (!entry.candidates.empty()) return test_candidates(condition, entry, context, variables);
  const auto present = certain_for_any(condition, entry, variables);
  if (!present) return open;
  return entry.never_absent || absent(condition).value == present->value ? *present : open;
}

}  // namespace

ValueMatch match_value(const ConditionOperator& operation, std::string_view policy_value,
                       std::string_view actual, const RequestContext& context, bool variables) {
  if (!variables || !operation.variables || !has_variable(policy_value)) {
    return is_textual(operation.family)
               ? match_text(operation.family, {policy_value, nullptr}, actual)
               : match_typed(operation.family, policy_value, actual);
  }
  WildcardPattern pattern;
  switch (expand_variables(policy_value, context, pattern)) {
    case Expansion::Unknown:
      return ValueMatch::Unknown;
    case Expansion::Unresolved:
      return ValueMatch::Unresolved;
    case Expansion::Done:
      break;
  }
  return is_textual(operation.family) ? match_text(operation.family, pattern.view(), actual)
                                      : match_typed(operation.family, pattern.text(), actual);
}

ConditionResult evaluate_condition(const Condition& condition, const RequestContext& context,
                                   bool variables) {
  if (condition.operation == nullptr) return {Tri::No, ConditionDetail::UnknownOperator};
  const ContextEntry& entry = context.find(condition.key.value, condition.key_hash);
  if (condition.operation->family == OperatorFamily::Null) return test_null(condition, entry);
  if (entry.state == KeyState::Absent) return absent(condition);
  if (entry.state == KeyState::Unknown) return unknown(condition, entry, context, variables);
  if (condition.qualifier != Qualifier::None) {
    return test_all(condition, entry, context, variables);
  }
  if (lacks_set_operator(condition) || entry.values.size() > 1) {
    return {Tri::No, ConditionDetail::SetOperatorMissing};
  }
  if (entry.values.empty()) {
    const bool holds = condition.operation->negated;
    return {tri(holds), holds ? ConditionDetail::Matched : ConditionDetail::ValuesDiffer};
  }
  return test_one(condition, entry.values[0], context, variables);
}

}  // namespace rolecall
