// SPDX-License-Identifier: Apache-2.0
// Checks of condition operators and of the values they compare with.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/cidr.h"
#include "rolecall/base/decimal.h"
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

using Family = OperatorFamily;

// What an operator family compares.
enum class Operand : std::uint8_t { Text, Number, Date, Bool, Binary, Ip, Arn, Existence };
struct OperandRow {
  Operand operand{};
  std::string_view noun{};     // Its values, in words.
  std::string_view op{};       // An operator that compares it, for advice.
  std::string_view must_be{};  // What a value has to be; empty when it can be any text.
  bool (*reads)(std::string_view value) = nullptr;
};
bool reads_bool(std::string_view value) {
  return equals_ignore_case(value, "true") || equals_ignore_case(value, "false");
}
constexpr auto kOperands = std::to_array<OperandRow>({
    {Operand::Text, "text", "StringEquals", "", nullptr},
    {Operand::Number, "numbers", "NumericEquals", "a number", &is_decimal},
    {Operand::Date, "dates", "DateGreaterThan", "a date, as in `2026-11-23T10:00:00Z`",
     [](std::string_view value) { return parse_time(value).has_value(); }},
    {Operand::Bool, "true and false", "Bool", "`true` or `false`", &reads_bool},
    {Operand::Binary, "base64 data", "BinaryEquals", "base64",
     [](std::string_view value) { return base64_decode(value).has_value(); }},
    {Operand::Ip, "IP addresses", "IpAddress", "an address or CIDR block",
     [](std::string_view value) { return Cidr::parse(value).has_value(); }},
    {Operand::Arn, "ARNs", "ArnLike", "", nullptr},
    {Operand::Existence, "existence", "Null", "`true` or `false`", &reads_bool},
});

Operand operand_of(Family family) {
  switch (family) {
    case Family::StringEquals:
    case Family::StringEqualsIgnoreCase:
    case Family::StringLike:
      return Operand::Text;
    case Family::NumericEquals:
    case Family::NumericLessThan:
    case Family::NumericLessThanEquals:
    case Family::NumericGreaterThan:
    case Family::NumericGreaterThanEquals:
      return Operand::Number;
    case Family::DateEquals:
    case Family::DateLessThan:
    case Family::DateLessThanEquals:
    case Family::DateGreaterThan:
    case Family::DateGreaterThanEquals:
      return Operand::Date;
    case Family::Bool:
      return Operand::Bool;
    case Family::Binary:
      return Operand::Binary;
    case Family::IpAddress:
      return Operand::Ip;
    case Family::Arn:
      return Operand::Arn;
    case Family::Null:
      return Operand::Existence;
  }
  return Operand::Text;
}

Operand operand_of(KeyType type) {
  switch (type) {
    case KeyType::String:
      return Operand::Text;
    case KeyType::Arn:
      return Operand::Arn;
    case KeyType::Bool:
      return Operand::Bool;
    case KeyType::Number:
      return Operand::Number;
    case KeyType::Date:
      return Operand::Date;
    case KeyType::Ip:
      return Operand::Ip;
    case KeyType::Binary:
      return Operand::Binary;
  }
  return Operand::Text;
}

const OperandRow& row_of(Operand operand) {
  return kOperands[static_cast<std::size_t>(operand)];
}

// Calls `use` for each condition whose operator exists.
template <typename Use>
void each_known_condition(const Policy& policy, Use use) {
  each_condition(policy, [&](const Statement& statement, const Condition& condition) {
    if (condition.operation != nullptr) use(statement, condition);
  });
}

template <typename Use>
void each_value(const Policy& policy, Use use) {
  each_known_condition(policy, [&](const Statement&, const Condition& condition) {
    for (const Text& each : condition.values) use(condition, each);
  });
}

bool is_exact_text(const Condition& condition) {
  return condition.operation->family == Family::StringEquals ||
         condition.operation->family == Family::StringEqualsIgnoreCase;
}

// The counterpart with wildcards of an exact operator, with the same qualifier and IfExists.
std::string with_wildcards(const Condition& condition) {
  const std::string_view exact =
      condition.operation->family == Family::StringEqualsIgnoreCase ? "EqualsIgnoreCase" : "Equals";
  std::string name(condition.operator_text.value);
  return name.replace(name.find(exact), exact.size(), "Like");
}

// Whether the key is known to hold one value.
bool is_single_valued(const Condition& condition) {
  const std::string_view key = condition.key.value;
  if (condition.multi_valued_key) return false;
  if (find_context_key(key) != nullptr) return true;
  return is_issuer_key(key) &&
         is_oidc_claim_key(split_issuer_key(key).issuer, split_issuer_key(key).claim);
}

bool guards_presence(const Statement& statement, const Condition& condition) {
  return std::any_of(statement.conditions.begin(), statement.conditions.end(),
                     [&](const Condition& each) {
                       return each.operation != nullptr && each.key_hash == condition.key_hash &&
                              &each != &condition && !true_when_absent(each);
                     });
}

}  // namespace

void check_operator_types(PolicyCheckRun& run) {
  each_known_condition(run.policy, [&](const Statement&, const Condition& condition) {
    const ContextKey* row = find_context_key(condition.key.value);
    if (row == nullptr) return;
    const Operand compares = operand_of(condition.operation->family);
    const Operand holds = operand_of(row->type);
    if (compares == holds || compares == Operand::Existence) return;
    if (holds == Operand::Arn && compares == Operand::Text) return;
    // AWS documents both date and numeric operators for aws:EpochTime.
    if (row->name == "aws:EpochTime" && compares == Operand::Number) return;
    run.warning(fmt::format("`{}` compares {}, and `{}` holds {}", condition.operator_text.value,
                            row_of(compares).noun, condition.key.value,
                            holds == Operand::Text ? "plain text" : row_of(holds).noun),
                condition.operator_text.at,
                fmt::format("use an operator such as `{}`", row_of(holds).op));
  });
}

void check_literal_wildcards(PolicyCheckRun& run) {
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    // A `?` is not reported, as it is often meant literally.
    if (!is_exact_text(condition) || !has_open_wildcard(value.value, "*")) return;
    run.warning(
        fmt::format("`*` is an ordinary character under `{}`", condition.operator_text.value),
        value.at, fmt::format("write `{}`", with_wildcards(condition)));
  });
}

// AWS refuses them in an endpoint policy:
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
void check_inexact_ids(PolicyCheckRun& run) {
  const Severity severity =
      run.policy.kind == PolicyKind::VpcEndpoint ? Severity::Error : Severity::Warning;
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    const ContextKey* row = find_context_key(condition.key.value);
    if (row == nullptr || !row->exact_id || condition.operation->family != Family::StringLike ||
        !has_open_wildcard(value.value)) {
      return;
    }
    run.report(severity,
               fmt::format("`{}` matches ids of others too: `{}` is to be named whole", value.value,
                           condition.key.value),
               value.at, "write the id and an operator such as `StringEquals`");
  });
}

void check_value_form(PolicyCheckRun& run) {
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    const OperandRow& row = row_of(operand_of(condition.operation->family));
    if (row.reads == nullptr || has_variable(value.value) || row.reads(trim(value.value))) {
      return;
    }
    run.warning(fmt::format("`{}` under `{}` is not {}", value.value, condition.operator_text.value,
                            row.must_be),
                value.at);
  });
}

void check_private_addresses(PolicyCheckRun& run) {
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    if (!equals_ignore_case(condition.key.value, "aws:SourceIp")) return;
    const auto block = Cidr::parse(value.value);
    if (!block || !block->is_private()) return;
    run.warning(
        fmt::format("`{}` is private, and `aws:SourceIp` is the public address", value.value),
        value.at, "use `aws:VpcSourceIp`, or the public address of the network");
  });
}

void check_short_arn_patterns(PolicyCheckRun& run) {
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    const std::string_view text = value.value;
    if (condition.operation->family != Family::Arn || text == "*" || text.starts_with('$')) return;
    const ArnFields arn = split_arn_pattern(text);
    if (arn.count == 6 && (arn.field[0] == "arn" || has_wildcard(arn.field[0]))) return;
    run.warning(fmt::format("`{}` is no ARN of six fields, so it matches none", text), value.at,
                "write an ARN, with `*` in fields that do not matter");
  });
}

void check_bare_arn_wildcards(PolicyCheckRun& run) {
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    if (condition.operation->family != Family::Arn || value.value != "*") return;
    run.note(fmt::format("whether `*` matches every ARN under `{}` is not documented",
                         condition.operator_text.value),
             value.at, "write `arn:*:*:*:*:*`");
  });
}

void check_loose_arn_matches(PolicyCheckRun& run) {
  each_value(run.policy, [&](const Condition& condition, const Text& value) {
    const ContextKey* row = find_context_key(condition.key.value);
    if (row == nullptr || row->type != KeyType::Arn ||
        condition.operation->family != Family::StringLike) {
      return;
    }
    const ArnFields arn = split_arn_pattern(value.value);
    for (std::size_t i = 0; i + 1 < arn.count; ++i) {
      if (!has_open_wildcard(arn.field[i], "*")) continue;
      run.note(fmt::format("under `{}` the `*` also matches colons, and with them other fields",
                           condition.operator_text.value),
               value.at, condition.operation->negated ? "write `ArnNotLike`" : "write `ArnLike`");
      return;
    }
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/
// reference_policies_condition-single-vs-multi-valued-context-keys.html
void check_missing_set_operators(PolicyCheckRun& run) {
  each_known_condition(run.policy, [&](const Statement&, const Condition& condition) {
    if (!condition.multi_valued_key || condition.qualifier != Qualifier::None ||
        condition.operation->family == Family::Null) {
      return;
    }
    run.warning(fmt::format("`{}` holds a list, which `{}` alone does not compare",
                            condition.key.value, condition.operator_text.value),
                condition.operator_text.at,
                fmt::format("write `ForAnyValue:{0}` or `ForAllValues:{0}`",
                            condition.operator_text.value));
  });
}

void check_needless_set_operators(PolicyCheckRun& run) {
  each_known_condition(run.policy, [&](const Statement& statement, const Condition& condition) {
    if (condition.qualifier != Qualifier::ForAllValues || !is_single_valued(condition)) return;
    const bool allows = statement.effect == Effect::Allow && !guards_presence(statement, condition);
    run.warning(fmt::format("`{}` holds one value, and `ForAllValues` {}", condition.key.value,
                            allows ? "lets a request without it through" : "is meant for lists"),
                condition.operator_text.at,
                fmt::format("write `{}`", condition.operator_text.value.substr(
                                              condition.operator_text.value.find(':') + 1)));
  });
}

void check_for_all_values_allows(PolicyCheckRun& run) {
  each_known_condition(run.policy, [&](const Statement& statement, const Condition& condition) {
    if (statement.effect != Effect::Allow || condition.qualifier != Qualifier::ForAllValues ||
        is_single_valued(condition) || guards_presence(statement, condition)) {
      return;
    }
    run.warning(fmt::format("a request without `{}` passes: `ForAllValues` is true for it",
                            condition.key.value),
                condition.operator_text.at,
                fmt::format("add \"Null\": {{ \"{}\": \"false\" }}", condition.key.value));
  });
}

void check_null_if_exists(PolicyCheckRun& run) {
  each_known_condition(run.policy, [&](const Statement&, const Condition& condition) {
    if (condition.operation->family != Family::Null || !condition.if_exists) return;
    run.warning("`IfExists` means nothing after `Null`, which is about existing",
                condition.operator_text.at, "write `Null`");
  });
}

void check_empty_conditions(PolicyCheckRun& run) {
  each_known_condition(run.policy, [&](const Statement&, const Condition& condition) {
    if (!condition.values.empty()) return;
    run.warning(fmt::format("`{}` is compared with no value", condition.key.value), condition.at,
                "add a value or remove the condition");
  });
}

void check_surrounding_space(PolicyCheckRun& run) {
  const auto look = [&](const Text& text) {
    if (text.value == trim(text.value)) return;
    run.warning(fmt::format("`{}` has white space at an end, which counts", text.value), text.at,
                "remove it");
  };
  for (const Statement& statement : run.policy.statements) {
    for (const Text& each : statement.action.items) look(each);
    for (const Text& each : statement.resource.items) look(each);
    for (const Condition& condition : statement.conditions) {
      for (const Text& each : condition.values) look(each);
    }
  }
}

}  // namespace rolecall
