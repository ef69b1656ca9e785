// SPDX-License-Identifier: Apache-2.0
// Checks of actions, and of whether the principals of a trust policy can call them.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_sts.html
constexpr auto kStsActions = std::to_array<std::string_view>(
    {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoot",
     "sts:DecodeAuthorizationMessage", "sts:GetAccessKeyInfo", "sts:GetCallerIdentity",
     "sts:GetDelegatedAccessToken", "sts:GetFederationToken", "sts:GetServiceBearerToken",
     "sts:GetSessionToken", "sts:GetWebIdentityToken", "sts:SetContext", "sts:SetSourceIdentity",
     "sts:TagGetWebIdentityToken", "sts:TagSession"});
// The actions for which AWS evaluates a trust policy.
constexpr auto kTrustActions = std::to_array<std::string_view>(
    {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:SetContext",
     "sts:SetSourceIdentity", "sts:TagSession"});

bool matches_one_of(std::string_view pattern, std::span<const std::string_view> actions) {
  return std::any_of(actions.begin(), actions.end(), [&](std::string_view each) {
    return wildcard_match(pattern, each, Case::Insensitive);
  });
}

// The action the principal calls to assume a role; every such action for one of unknown kind.
ActionSet main_action(const PrincipalElement& principal) {
  const CallerSet callers = callers_of(principal);
  if (callers == callers::kAll) return actions::kAssume;
  if (callers == callers::kOidc) return actions::kWithWebIdentity;
  if (callers == callers::kSaml) return actions::kWithSaml;
  return actions::kAssumeRole;
}

std::string_view main_action_name(const PrincipalElement& principal) {
  const ActionSet action = main_action(principal);
  return action == actions::kWithWebIdentity ? kTrustActions[2]
         : action == actions::kWithSaml      ? kTrustActions[1]
                                             : kTrustActions[0];
}

// A service whose calls always need sub-actions too.
struct TaggingService {
  std::string_view service{};
  ActionSet needed = 0;
};
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html,
// https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
constexpr auto kTaggingServices = std::to_array<TaggingService>({
    {"pods.eks.amazonaws.com", actions::kAssumeRole | actions::kTagSession},
    {"rolesanywhere.amazonaws.com",
     actions::kAssumeRole | actions::kTagSession | actions::kSetSourceIdentity},
});

template <typename Use>
void each_action(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    for (const Text& each : statement.action.items) use(each);
  }
}

}  // namespace

void check_action_form(PolicyCheckRun& run) {
  each_action(run.policy, [&](const Text& each) {
    const std::string_view action = each.value;
    if (action == "*" || has_variable(action)) return;
    const std::size_t colon = action.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      run.error(fmt::format("`{}` names no service", action), each.at,
                "write SERVICE:ACTION, as in `sts:AssumeRole`");
    } else if (colon + 1 == action.size()) {
      run.warning(fmt::format("`{}` names no action and matches none", action), each.at,
                  "write SERVICE:ACTION, or SERVICE:* for all of them");
    } else if (trim(action).find_first_of(" ,\t\r\n") != std::string_view::npos) {
      run.warning(fmt::format("`{}` matches no action: no name has spaces or commas", action),
                  each.at, "write a list with one action in each string");
    }
  });
}

void check_trust_actions(PolicyCheckRun& run) {
  each_action(run.policy, [&](const Text& each) {
    const std::string_view action = trim(each.value);
    if (has_variable(action) || action.find(':') == std::string_view::npos) {
      if (action != "*") return;
      run.note("whether AWS accepts `*` in a role trust policy is not documented", each.at,
               "name the actions, as in `sts:AssumeRole`");
      return;
    }
    if (!wildcard_match(action.substr(0, action.find(':')), "sts", Case::Insensitive)) {
      run.error(fmt::format("`{}`: a role trust policy only has actions of STS", action), each.at,
                "move it to an identity-based policy of the role");
    } else if (!matches_one_of(action, kTrustActions) &&
               (matches_one_of(action, kStsActions) || suggest(action, kStsActions).empty())) {
      run.warning(fmt::format("no trust policy is asked about `{}`", action), each.at,
                  "remove it, or write an action such as `sts:AssumeRole`");
    }
  });
}

// "Mismatched action for principal" of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
void check_mismatched_actions(PolicyCheckRun& run) {
  for (const Statement& statement : run.policy.statements) {
    const auto principals = principals_of(statement);
    if (principals.empty() || statement.action.negated) continue;
    const ActionSet named = matched_actions(statement.action) & actions::kAssume;
    ActionSet called = 0;
    for (const PrincipalElement& each : principals) called |= main_action(each);
    if (named == 0) continue;  // Sub-actions only.
    for (const PrincipalElement& each : principals) {
      if ((main_action(each) & named) != 0) continue;
      run.warning(fmt::format("`{}` assumes roles with `{}`, which the statement does not name",
                              each.value.value, main_action_name(each)),
                  each.value.at, fmt::format("write `{}` in Action", main_action_name(each)));
    }
    for (const Text& action : statement.action.items) {
      const ActionSet bit = action_bit(action.value) & actions::kAssume;
      // When no action fits any principal, the loop above has reported it.
      if (bit == 0 || (bit & called) != 0 || (named & called) == 0) continue;
      run.warning(fmt::format("no principal of the statement can call `{}`", action.value),
                  action.at, "remove it, or name the provider whose users call it");
    }
  }
}

void check_service_actions(PolicyCheckRun& run) {
  for (const TaggingService& row : kTaggingServices) {
    ActionSet allowed = 0;
    const PrincipalElement* named = nullptr;
    for (const Statement& statement : run.policy.statements) {
      if (statement.effect != Effect::Allow) continue;
      for (const PrincipalElement& each : principals_of(statement)) {
        const bool everyone = each.form == PrincipalForm::Everyone;
        const bool same = each.form == PrincipalForm::Service && each.name == row.service;
        if (same && named == nullptr) named = &each;
        if (same || everyone) allowed |= matched_actions(statement.action);
      }
      // NotPrincipal is taken to let everyone in, as nothing is reported in doubt.
      if (statement.principal.negated) allowed |= actions::kAll;
    }
    if (named == nullptr) continue;
    std::vector<std::string> lacking;
    for (const std::string_view action : kTrustActions) {
      if ((action_bit(action) & row.needed & ~allowed) == 0) continue;
      lacking.push_back(fmt::format("`{}`", action));
    }
    if (lacking.empty()) continue;
    run.warning(fmt::format("`{}` always calls {} as well, which no statement allows it",
                            row.service, join_list(lacking)),
                named->value.at, fmt::format("add {} to Action", join_list(lacking)));
  }
}

void check_unknown_actions(PolicyCheckRun& run) {
  each_action(run.policy, [&](const Text& each) {
    const std::string_view action = trim(each.value);
    if (!has_prefix(action, "sts:") || has_wildcard(action)) return;
    if (matches_one_of(action, kStsActions)) return;
    const std::string help = suggest(action, kStsActions);
    // AWS adds actions, so only a likely misspelling of a known one is reported.
    if (help.empty()) return;
    run.warning(fmt::format("STS has no action `{}`", each.value), each.at, help);
  });
}

}  // namespace rolecall
