// SPDX-License-Identifier: Apache-2.0
#include "diagnose/over_grant.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"
#include "rolecall/iam/context_key.h"

#include "diagnose/condition_cause.h"

namespace rolecall {

namespace {

// An element of an Allow statement that grants too much, and the warning about it.
struct Grant {
  std::string what{};  // Identifies the element: equal texts are the same one.
  std::string warning{};
};
using Grants = std::vector<Grant>;

// Whether a condition of the statement names the principals but for their path, so that the
// account is only where they are looked for.
bool names_principals(const Statement& statement) {
  const auto is_name = [](const Text& value) {
    return !has_wildcard(value.value.substr(value.value.rfind('/') + 1));
  };
  return std::any_of(
      statement.conditions.begin(), statement.conditions.end(), [&](const Condition& each) {
        return equals_ignore_case(each.key.value, "aws:PrincipalArn") &&
               each.operation != nullptr && each.operation->family == OperatorFamily::Arn &&
               !each.operation->negated && !each.if_exists && each.qualifier == Qualifier::None &&
               std::all_of(each.values.begin(), each.values.end(), is_name);
      });
}

void find_principals(const Statement& statement, Grants& grants) {
  if (statement.principal.negated) {
    grants.push_back({"all but some", "whoever is not listed is admitted"});
    return;
  }
  for (const PrincipalElement& each : statement.principal.items) {
    if (each.form == PrincipalForm::Everyone) {
      grants.push_back({"*", "any AWS principal of any account is admitted"});
    }
    if (each.form != PrincipalForm::Account || names_principals(statement)) continue;
    grants.push_back({std::string(each.account),
                      fmt::format("any principal of account {} is admitted whose own policies let "
                                  "it; one role or user would do",
                                  each.account)});
  }
}

void find_resources(const Statement& statement, Grants& grants) {
  const bool all = std::any_of(statement.resource.items.begin(), statement.resource.items.end(),
                               [](const Text& each) { return each.value == "*"; });
  if (statement.resource.negated || !all) return;
  for (const Text& action : statement.action.items) {
    grants.push_back(
        {std::string(action.value), fmt::format("{} is allowed on every resource", action.value)});
  }
}

void find_subject_patterns(const Statement& statement, Grants& grants) {
  for (const Condition& each : statement.conditions) {
    const bool wild = each.operation != nullptr && each.operation->wildcards &&
                      !each.operation->negated && is_issuer_key(each.key.value);
    if (!wild) continue;
    for (const Text& value : each.values) {
      if (!has_wildcard(value.value)) continue;
      grants.push_back({fmt::format("{} {}", each.key.value, value.value),
                        fmt::format("every token with `{}` like `{}` may assume the role",
                                    each.key.value, value.value)});
    }
  }
}

// Whether a Null condition of the statement demands that the key is present.
bool must_be_there(const Statement& statement, std::string_view key) {
  return std::any_of(
      statement.conditions.begin(), statement.conditions.end(), [&](const Condition& each) {
        return equals_ignore_case(each.key.value, key) && each.operation != nullptr &&
               each.operation->family == OperatorFamily::Null && each.values.size() == 1 &&
               equals_ignore_case(each.values[0].value, "false");
      });
}

// Every token has an audience and a subject.
void find_absent_claims(const Statement& statement, Grants& grants) {
  for (const Condition& each : statement.conditions) {
    const std::string_view claim = split_issuer_key(each.key.value).claim;
    if (each.qualifier != Qualifier::ForAllValues || !is_issuer_key(each.key.value) ||
        claim == "sub" || claim == "aud" || must_be_there(statement, each.key.value)) {
      continue;
    }
    grants.push_back(
        {ascii_lower(each.key.value), fmt::format("`{}` also holds for a token without `{}`",
                                                  each.operator_text.value, each.key.value)});
  }
}

using Finder = void (*)(const Statement& statement, Grants& grants);
constexpr auto kFinders = std::to_array<Finder>(
    {&find_principals, &find_resources, &find_subject_patterns, &find_absent_claims});

Grants grants_of(const Policy& policy, Finder find) {
  Grants grants;
  for (const Statement& each : policy.statements) {
    if (each.effect == Effect::Allow) find(each, grants);
  }
  return grants;
}

std::ptrdiff_t count(const Grants& grants, const Grant& one) {
  return std::count_if(grants.begin(), grants.end(),
                       [&](const Grant& each) { return each.what == one.what; });
}

void add(std::vector<std::string>& warnings, std::string warning) {
  if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
    warnings.push_back(std::move(warning));
  }
}

// Conditions of Allow statements that the new version dropped or weakened, statement by statement.
void find_dropped_conditions(const Policy& before, const Policy& after,
                             std::vector<std::string>& warnings) {
  if (before.statements.size() != after.statements.size()) return;
  for (std::size_t i = 0; i < before.statements.size(); ++i) {
    const Statement& then = after.statements[i];
    if (then.effect != Effect::Allow) continue;
    for (const Condition& each : before.statements[i].conditions) {
      // A condition whose key was corrected, or whose operator was changed, still counts.
      const bool fewer = then.conditions.size() < before.statements[i].conditions.size();
      const bool stays =
          std::any_of(then.conditions.begin(), then.conditions.end(), [&](const Condition& other) {
            return equals_ignore_case(other.key.value, each.key.value);
          });
      if (fewer && !stays) {
        add(warnings, fmt::format("`{}` is no longer asked of anybody", describe_condition(each)));
      }
    }
  }
}

}  // namespace

std::vector<std::string> find_over_grants(const Policy& before, const Policy& after) {
  std::vector<std::string> warnings;
  for (const Finder find : kFinders) {
    const Grants old = grants_of(before, find);
    const Grants now = grants_of(after, find);
    for (const Grant& each : now) {
      if (count(now, each) > count(old, each)) add(warnings, each.warning);
    }
  }
  find_dropped_conditions(before, after, warnings);
  return warnings;
}

}  // namespace rolecall
