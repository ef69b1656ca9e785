// SPDX-License-Identifier: Apache-2.0
// Checks for statements that add nothing and for conditions that exclude each other. The tests are
// one-sided: true is certain, false means "not, or cannot tell".
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "rolecall/base/decimal.h"
#include "rolecall/base/text.h"
#include "rolecall/base/time.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/arn.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

using Family = OperatorFamily;

// Statements are compared in pairs, which takes too long beyond what AWS accepts as a policy.
constexpr std::size_t kMostStatements = 400;
constexpr std::size_t kMostItems = 4000;

bool fits(const Policy& policy) {
  std::size_t items = 0;
  for (const Statement& each : policy.statements) {
    items += each.action.items.size() + each.resource.items.size() + each.principal.items.size() +
             each.conditions.size();
    for (const Condition& condition : each.conditions) items += condition.values.size();
  }
  return policy.statements.size() <= kMostStatements && items <= kMostItems;
}

// Whether every text that `narrow` matches is matched by `wide` too.
bool covers_pattern(std::string_view wide, std::string_view narrow, Case letter_case) {
  if (wide == narrow || wide == "*") return true;
  if (has_variable(wide) || has_variable(narrow)) return false;
  // A `?` of `wide` need not match the text that a wildcard of `narrow` stands for.
  if (wide.find('?') != std::string_view::npos && has_wildcard(narrow)) return false;
  return wildcard_match(wide, narrow, letter_case);
}

// The same for resources, which AWS compares field by field.
bool covers_resource(std::string_view wide, std::string_view narrow) {
  if (wide == narrow || wide == "*") return true;
  const ArnFields a = split_arn_pattern(wide);
  const ArnFields b = split_arn_pattern(narrow);
  if (a.count != 6 || b.count != 6) return false;
  for (std::size_t i = 0; i < a.count; ++i) {
    if (!covers_pattern(a.field[i], b.field[i], Case::Sensitive)) return false;
  }
  return true;
}

template <typename Covers>
bool covers_list(const PatternList& wide, const PatternList& narrow, Covers covers) {
  if (wide.present != narrow.present || wide.negated != narrow.negated) return false;
  // A complement is wider the less its list excludes.
  const auto& outer = wide.negated ? narrow.items : wide.items;
  const auto& inner = wide.negated ? wide.items : narrow.items;
  if (!wide.negated && inner.empty()) return false;
  return std::all_of(inner.begin(), inner.end(), [&](const Text& each) {
    return std::any_of(outer.begin(), outer.end(),
                       [&](const Text& other) { return covers(other.value, each.value); });
  });
}

// How a trust policy names a principal of its own account decides which of that principal's
// policies must allow too, so an Allow covers another only if it names the same or everyone.
bool covers_principal(const PrincipalElement& wide, const PrincipalElement& narrow, Effect effect) {
  if (wide.type == narrow.type && wide.value.value == narrow.value.value) return true;
  if (narrow.type != PrincipalType::Aws) return false;
  if (wide.form == PrincipalForm::Everyone) return true;
  return effect == Effect::Deny && wide.form == PrincipalForm::Account && !narrow.account.empty() &&
         wide.account == narrow.account;
}

bool covers_principals(const Statement& wide, const Statement& narrow) {
  if (wide.principal.present != narrow.principal.present) return false;
  if (wide.principal.negated || narrow.principal.negated) return false;
  const auto& items = narrow.principal.items;
  return std::all_of(items.begin(), items.end(), [&](const PrincipalElement& each) {
    return std::any_of(
        wide.principal.items.begin(), wide.principal.items.end(),
        [&](const PrincipalElement& other) { return covers_principal(other, each, wide.effect); });
  });
}

bool same_condition(const Condition& a, const Condition& b) {
  return a.operator_text.value == b.operator_text.value &&
         equals_ignore_case(a.key.value, b.key.value) &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                    [](const Text& x, const Text& y) { return x.value == y.value; });
}

// Whether `wide` applies whenever `narrow` does.
bool covers(const Statement& wide, const Statement& narrow) {
  const auto covers_action = [](std::string_view a, std::string_view b) {
    return covers_pattern(a, b, Case::Insensitive);
  };
  const bool conditions =
      std::all_of(wide.conditions.begin(), wide.conditions.end(), [&](const Condition& each) {
        return std::any_of(narrow.conditions.begin(), narrow.conditions.end(),
                           [&](const Condition& other) { return same_condition(each, other); });
      });
  const bool no_resources = !wide.resource.present && !narrow.resource.present;
  return conditions && covers_principals(wide, narrow) &&
         covers_list(wide.action, narrow.action, covers_action) &&
         (no_resources || covers_list(wide.resource, narrow.resource, covers_resource));
}

std::string name_of(const Statement& statement) {
  return statement.sid.value.empty()
             ? fmt::format("statement {}", statement.index)
             : fmt::format("statement {} (`{}`)", statement.index, statement.sid.value);
}

bool is_plain(const Condition& condition) {
  return condition.operation != nullptr && condition.qualifier == Qualifier::None &&
         !condition.if_exists && !condition.multi_valued_key && !condition.values.empty() &&
         std::none_of(condition.values.begin(), condition.values.end(),
                      [](const Text& each) { return has_variable(each.value); });
}

bool accepts(const Condition& condition, std::string_view value) {
  const bool any =
      std::any_of(condition.values.begin(), condition.values.end(), [&](const Text& each) {
        switch (condition.operation->family) {
          case Family::StringEquals:
            return each.value == value;
          case Family::StringEqualsIgnoreCase:
            return equals_ignore_case(each.value, value);
          default:
            return wildcard_match(each.value, value);
        }
      });
  return any != condition.operation->negated;
}

bool is_text(const Condition& condition) {
  return condition.operation->family == Family::StringEquals ||
         condition.operation->family == Family::StringEqualsIgnoreCase ||
         condition.operation->family == Family::StringLike;
}

// Whether the first condition lists exact values, none of which the other accepts.
bool texts_exclude(const Condition& exact, const Condition& other) {
  if (exact.operation->family != Family::StringEquals || exact.operation->negated) return false;
  return is_text(other) &&
         std::none_of(exact.values.begin(), exact.values.end(),
                      [&](const Text& each) { return accepts(other, each.value); });
}

bool needs_absence(const Condition& condition) {
  return condition.operation->family == Family::Null &&
         std::all_of(condition.values.begin(), condition.values.end(),
                     [](const Text& each) { return equals_ignore_case(each.value, "true"); });
}

enum class Bound : std::uint8_t { None, Above, Below };
struct Limit {
  Bound bound = Bound::None;
  bool date = false;
  bool inclusive = false;
};
Limit limit_of(Family family) {
  switch (family) {
    case Family::NumericGreaterThan:
      return {Bound::Above, false, false};
    case Family::NumericGreaterThanEquals:
      return {Bound::Above, false, true};
    case Family::NumericLessThan:
      return {Bound::Below, false, false};
    case Family::NumericLessThanEquals:
      return {Bound::Below, false, true};
    case Family::DateGreaterThan:
      return {Bound::Above, true, false};
    case Family::DateGreaterThanEquals:
      return {Bound::Above, true, true};
    case Family::DateLessThan:
      return {Bound::Below, true, false};
    case Family::DateLessThanEquals:
      return {Bound::Below, true, true};
    default:
      return {};
  }
}

std::optional<int> compare(std::string_view a, std::string_view b, bool dates) {
  if (!dates) return compare_decimals(a, b);
  const auto x = parse_time(a);
  const auto y = parse_time(b);
  if (!x || !y) return std::nullopt;
  return *x < *y ? -1 : *x > *y ? 1 : 0;
}

// Whether the lower bound is not below the upper one.
bool bounds_exclude(const Condition& lower, const Condition& upper) {
  const Limit above = limit_of(lower.operation->family);
  const Limit below = limit_of(upper.operation->family);
  if (above.bound != Bound::Above || below.bound != Bound::Below || above.date != below.date ||
      lower.values.size() != 1 || upper.values.size() != 1) {
    return false;
  }
  const auto order = compare(lower.values[0].value, upper.values[0].value, above.date);
  if (!order) return false;
  return *order > 0 || (*order == 0 && !(above.inclusive && below.inclusive));
}

bool exclude(const Condition& a, const Condition& b) {
  const bool absence =
      (needs_absence(a) && !true_when_absent(b)) || (needs_absence(b) && !true_when_absent(a));
  return absence || texts_exclude(a, b) || texts_exclude(b, a) || bounds_exclude(a, b) ||
         bounds_exclude(b, a);
}

// The accounts in the condition's ARNs; empty when one of the ARNs has none.
std::vector<std::string_view> accounts_of(const Condition& condition) {
  std::vector<std::string_view> accounts;
  for (const Text& each : condition.values) {
    const ArnFields arn = split_arn_pattern(each.value);
    if (arn.count != 6 || !is_account_id(arn.field[4])) return {};
    accounts.push_back(arn.field[4]);
  }
  return accounts;
}

// Whether aws:SourceArn and aws:SourceAccount, which are always of one account, cannot agree.
bool sources_exclude(const Condition& arn, const Condition& account) {
  if (!equals_ignore_case(arn.key.value, "aws:SourceArn") || arn.operation->negated ||
      !equals_ignore_case(account.key.value, "aws:SourceAccount") ||
      account.operation->family != Family::StringEquals || account.operation->negated ||
      (arn.operation->family != Family::Arn && !is_text(arn))) {
    return false;
  }
  const auto accounts = accounts_of(arn);
  return !accounts.empty() &&
         std::none_of(accounts.begin(), accounts.end(),
                      [&](std::string_view each) { return accepts(account, each); });
}

}  // namespace

void check_redundant_statements(PolicyCheckRun& run) {
  const auto& all = run.policy.statements;
  if (!fits(run.policy)) return;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (i == j || all[i].effect != all[j].effect || !covers(all[j], all[i])) continue;
      // Of two equal statements only the later one is reported.
      if (j > i && covers(all[i], all[j])) continue;
      run.note(fmt::format("{} already does all that {} does", name_of(all[j]), name_of(all[i])),
               all[i].action.at, "remove the statement");
      break;
    }
  }
}

void check_denied_statements(PolicyCheckRun& run) {
  const auto& all = run.policy.statements;
  if (!fits(run.policy)) return;
  for (const Statement& allow : all) {
    if (allow.effect != Effect::Allow) continue;
    const auto deny = std::find_if(all.begin(), all.end(), [&](const Statement& each) {
      return each.effect == Effect::Deny && covers(each, allow);
    });
    if (deny == all.end()) continue;
    run.warning(fmt::format("{} denies all that {} allows", name_of(*deny), name_of(allow)),
                allow.action.at, "remove one of the two, or narrow the Deny");
  }
}

void check_contradictions(PolicyCheckRun& run) {
  if (!fits(run.policy)) return;
  for (const Statement& statement : run.policy.statements) {
    const auto& all = statement.conditions;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!is_plain(all[i]) || !is_plain(all[j])) continue;
        const bool same_key = equals_ignore_case(all[i].key.value, all[j].key.value);
        const bool never = same_key
                               ? exclude(all[i], all[j])
                               : sources_exclude(all[i], all[j]) || sources_exclude(all[j], all[i]);
        if (!never) continue;
        run.warning(fmt::format("`{}` on `{}` and `{}` on `{}` are never true together, so the "
                                "statement never applies",
                                all[j].operator_text.value, all[j].key.value,
                                all[i].operator_text.value, all[i].key.value),
                    all[i].key.at, "remove one of them");
      }
    }
  }
}

}  // namespace rolecall
