// SPDX-License-Identifier: Apache-2.0
// Checks of condition keys, by the table of context_key.h: whether they exist, and whether requests
// of the statement's actions and principals can have them.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

bool has_scheme(std::string_view key) {
  return has_prefix(key, "https://") || has_prefix(key, "http://");
}

std::string suggest_key(std::string_view key) {
  std::vector<std::string_view> names;
  for (const ContextKey& row : context_keys()) names.push_back(row.name);
  return suggest(key, names);
}

std::string quote(std::string_view text) {
  return fmt::format("`{}`", text);
}

// What a condition on a key that is always absent does to its statement.
std::string consequence(const Condition& condition, std::size_t subjects) {
  return fmt::format(
      "so the {} {}",
      true_when_absent(condition) ? "condition is always true for" : "statement never applies to",
      subjects == 1 ? "it" : "them");
}

// Whether the condition is evidently written for the key being absent.
bool expects_absence(const Condition& condition) {
  return true_when_absent(condition) &&
         (condition.if_exists || condition.qualifier == Qualifier::ForAllValues ||
          condition.operation->family == OperatorFamily::Null);
}

// The actions of the statement for which a policy of its kind is evaluated.
ActionSet asked_actions(const Policy& policy, const Statement& statement) {
  constexpr unsigned kNotOfTrust = actions::kOther | actions::kPassRole | actions::kAssumeRoot;
  const unsigned matched = matched_actions(statement.action);
  return static_cast<ActionSet>(policy.kind == PolicyKind::Trust ? matched & ~kNotOfTrust
                                                                 : matched);
}

// The role-assuming actions and sub-actions that the statement names one by one.
std::vector<Text> named_actions(const Statement& statement) {
  std::vector<Text> names;
  for (const Text& each : statement.action.items) {
    if (action_bit(each.value) != actions::kOther) names.push_back(each);
  }
  return names;
}

// The principals named by the statement whose requests never have the key.
std::vector<std::string> principals_without(const Statement& statement, CallerSet with) {
  std::vector<std::string> names;
  for (const PrincipalElement& each : principals_of(statement)) {
    if ((callers_of(each) & with) != 0) continue;
    names.push_back(quote(each.value.value));
  }
  return names;
}

}  // namespace

void check_key_form(PolicyCheckRun& run) {
  each_condition(run.policy, [&](const Statement&, const Condition& condition) {
    const std::string_view key = condition.key.value;
    if (has_scheme(key)) {
      run.warning(fmt::format("`{}` is never in a request: the issuer stands without scheme", key),
                  condition.key.at, fmt::format("write `{}`", key.substr(key.find("//") + 2)));
    } else if (has_prefix(key, "arn:")) {
      run.warning(fmt::format("`{}` is never in a request: the issuer stands without ARN", key),
                  condition.key.at, fmt::format("write `{}`", key.substr(key.find('/') + 1)));
    } else if (key != trim(key)) {
      run.warning(fmt::format("`{}` is never in a request: it has white space at an end", key),
                  condition.key.at, "remove the white space");
    } else if (key.find(':') == std::string_view::npos) {
      const std::string global = "aws:" + std::string(key);
      run.error(
          fmt::format("`{}` is no condition key: it names no service or issuer", key),
          condition.key.at,
          find_context_key(global) != nullptr ? fmt::format("write `{}`", global) : std::string());
    }
  });
}

void check_unknown_keys(PolicyCheckRun& run) {
  each_condition(run.policy, [&](const Statement&, const Condition& condition) {
    const std::string_view key = condition.key.value;
    if (key != trim(key) || find_context_key(key) != nullptr) return;
    const bool of_saml = has_prefix(key, "saml:");
    if (of_saml ? is_saml_key(key.substr(5)) : !has_prefix(key, "aws:") && !has_prefix(key, "sts:"))
      return;
    // Only SNS has this key, and it is not in the table.
    if (run.policy.kind == PolicyKind::Resource && equals_ignore_case(key, "aws:SourceOwner")) {
      return;
    }
    const std::string family = std::string(key) + "/key";
    if (find_context_key(family) != nullptr) {
      run.warning(fmt::format("`{}` lacks the key of a tag and is never in a request", key),
                  condition.key.at, fmt::format("write `{}/KEY`", key));
      return;
    }
    run.warning(fmt::format("AWS documents no condition key `{}`", key), condition.key.at,
                suggest_key(key));
  });
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_sts.html
void check_keys_of_actions(PolicyCheckRun& run) {
  for (const Statement& statement : run.policy.statements) {
    if (statement.action.negated || statement.conditions.empty()) continue;
    const ActionSet asked = asked_actions(run.policy, statement);
    const auto named = named_actions(statement);
    for (const Condition& condition : statement.conditions) {
      const ContextKey* row = find_context_key(condition.key.value);
      if (row == nullptr || row->action_set == actions::kAll || condition.operation == nullptr ||
          expects_absence(condition)) {
        continue;
      }
      std::vector<std::string> lacking;
      for (const Text& each : named) {
        if ((action_bit(each.value) & row->action_set) == 0) lacking.push_back(quote(each.value));
      }
      const bool nowhere = asked != 0 && (asked & row->action_set) == 0;
      if (lacking.empty() && !nowhere) continue;
      const std::string subject =
          lacking.empty() ? "the actions of the statement" : join_list(lacking);
      run.warning(fmt::format("AWS lists no `{}` for {}, {}", condition.key.value, subject,
                              consequence(condition, lacking.size())),
                  condition.key.at,
                  nowhere ? "remove the condition"
                          : fmt::format("give {} a statement without it", subject));
    }
  }
}

void check_keys_of_callers(PolicyCheckRun& run) {
  const bool trust = run.policy.kind == PolicyKind::Trust;
  each_condition(run.policy, [&](const Statement& statement, const Condition& condition) {
    if (condition.operation == nullptr || expects_absence(condition)) return;
    const CallerSet with = callers_with(condition.key.value);
    const ContextKey* row = find_context_key(condition.key.value);
    // Keys of particular actions are checked by check_keys_of_actions.
    if (with == callers::kAll || (row != nullptr && row->action_set != actions::kAll)) return;
    if (trust) {
      const auto names = principals_without(statement, with);
      if (names.empty()) return;
      run.warning(fmt::format("`{}` is never in the request of {}, {}", condition.key.value,
                              join_list(names), consequence(condition, names.size())),
                  condition.key.at,
                  names.size() == statement.principal.items.size()
                      ? "remove the condition"
                      : "give these principals a statement of their own");
      return;
    }
    // Other services give some of these keys another meaning.
    constexpr CallerSet kHolders = callers::kUser | callers::kRole | callers::kRoot;
    if ((with & kHolders) != 0) return;
    const ActionSet matched = matched_actions(statement.action);
    if (matched == 0 || (matched & actions::kOther) != 0) return;
    run.warning(fmt::format("`{}` is never in the request of a user or role, {}",
                            condition.key.value, consequence(condition, 1)),
                condition.key.at, "remove the condition");
  });
}

void check_claims(PolicyCheckRun& run) {
  each_condition(run.policy, [&](const Statement&, const Condition& condition) {
    const std::string_view key = condition.key.value;
    if (has_scheme(key) || !is_issuer_key(key) || find_context_key(key) != nullptr) return;
    const auto [issuer, claim] = split_issuer_key(key);
    // `rpst_id` is a claim of Oracle Cloud Infrastructure, whose issuers have many names.
    if (is_oidc_claim_key(issuer, claim) || claim == "rpst_id") return;
    const auto claims = oidc_claims(issuer);
    std::string help = suggest(claim, claims);
    if (help.empty()) help = fmt::format("write a condition on `{}:sub`", issuer);
    run.warning(fmt::format("STS makes no condition key of the claim `{}` of `{}`", claim, issuer),
                condition.key.at, std::move(help));
  });
}

void check_issuers(PolicyCheckRun& run) {
  each_condition(run.policy, [&](const Statement& statement, const Condition& condition) {
    const std::string_view key = condition.key.value;
    if (has_scheme(key) || !is_issuer_key(key) || expects_absence(condition)) return;
    const std::string_view issuer = split_issuer_key(key).issuer;
    std::vector<std::string_view> trusted;
    for (const PrincipalElement& each : principals_of(statement)) {
      if (callers_of(each) != callers::kOidc) return;
      trusted.push_back(each.name);
    }
    const auto same = [&](std::string_view each) { return equals_ignore_case(each, issuer); };
    if (trusted.empty() || std::any_of(trusted.begin(), trusted.end(), same)) return;
    run.warning(fmt::format("`{}` is never in a token of `{}`", key, trusted.front()),
                condition.key.at,
                fmt::format("write `{}:{}`", trusted.front(), split_issuer_key(key).claim));
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
void check_mfa(PolicyCheckRun& run) {
  each_condition(run.policy, [&](const Statement& statement, const Condition& condition) {
    if (!equals_ignore_case(condition.key.value, "aws:MultiFactorAuthPresent") ||
        condition.operation == nullptr || condition.operation->family != OperatorFamily::Bool ||
        condition.values.size() != 1) {
      return;
    }
    // Principals that never have the key are reported by check_keys_of_callers.
    const bool trust = run.policy.kind == PolicyKind::Trust;
    if (trust && !principals_without(statement, callers_with(condition.key.value)).empty()) return;
    const bool wanted = equals_ignore_case(condition.values[0].value, "true");
    if (statement.effect == Effect::Deny && !wanted && !condition.if_exists) {
      run.warning("this Deny spares long-term access keys and roles: their requests lack the key",
                  condition.operator_text.at, "write `BoolIfExists`");
    } else if (statement.effect == Effect::Allow && wanted && condition.if_exists) {
      run.warning("this Allow lets long-term access keys through: their requests lack the key",
                  condition.operator_text.at, "write `Bool`");
    }
  });
}

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html:
// requests with a token or assertion have no organization keys, and neither have services.
void check_federation_lockout(PolicyCheckRun& run) {
  constexpr unsigned kFederated = actions::kWithSaml | actions::kWithWebIdentity;
  for (const Statement& statement : run.policy.statements) {
    if (statement.effect != Effect::Deny || statement.action.negated) continue;
    if ((matched_actions(statement.action) & kFederated) == 0) continue;
    const Condition* cause = nullptr;
    bool spared = false;
    for (const Condition& each : statement.conditions) {
      const std::string_view key = each.key.value;
      if ((callers_with(key) & callers::kFederated) != 0) continue;
      if (!true_when_absent(each)) spared = true;
      const bool of_organization = equals_ignore_case(key, "aws:PrincipalOrgID") ||
                                   equals_ignore_case(key, "aws:PrincipalOrgPaths");
      if (of_organization && cause == nullptr) cause = &each;
    }
    if (cause == nullptr || spared) continue;
    run.warning(fmt::format("requests with a token or SAML assertion never have `{}`, so the "
                            "condition is true for them: for IAM Identity Center too",
                            cause->key.value),
                cause->key.at,
                "list `sts:AssumeRole` alone, and deny federation by issuer in another statement");
  }
}

}  // namespace rolecall
