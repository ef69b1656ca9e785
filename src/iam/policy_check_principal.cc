// SPDX-License-Identifier: Apache-2.0
// Checks of Principal and NotPrincipal.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#include <fmt/format.h>

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

template <typename Use>
void each_principal(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    for (const PrincipalElement& each : statement.principal.items) use(each);
  }
}

// Advice for a value that is not a principal, by what it looks like.
std::string_view help_for(const PrincipalElement& principal) {
  if (principal.form == PrincipalForm::Group) return "name its users, or the account";
  if (principal.form == PrincipalForm::InstanceProfile) return "name the role in the profile";
  if (principal.form == PrincipalForm::FederatedUser) return "name the user whose session it is";
  if (principal.form == PrincipalForm::Canonical) return "write { \"AWS\": ... }";
  switch (principal.type) {
    case PrincipalType::Service:
      return "write the name of the service, as in `ec2.amazonaws.com`";
    case PrincipalType::Federated:
      return "write the ARN of an OIDC or SAML provider";
    case PrincipalType::Any:
    case PrincipalType::Aws:
    case PrincipalType::CanonicalUser:
      break;
  }
  return "write an account id, or the ARN of a user, role or session";
}

}  // namespace

void check_principal_wildcards(PolicyCheckRun& run) {
  each_principal(run.policy, [&](const PrincipalElement& each) {
    if (each.form != PrincipalForm::Wildcard || has_variable(each.value.value)) return;
    run.error(fmt::format("`{}`: in a principal, `*` can only stand alone", each.value.value),
              each.value.at,
              each.type == PrincipalType::Aws
                  ? "name the account and add `ArnLike` on `aws:PrincipalArn`"
                  : "list the principals one by one");
  });
}

void check_bare_principal(PolicyCheckRun& run) {
  each_principal(run.policy, [&](const PrincipalElement& each) {
    if (each.type != PrincipalType::Any) return;
    run.error("a role trust policy cannot have \"*\" itself as principal", each.value.at,
              "write { \"AWS\": \"*\" } with a condition, or name who may assume the role");
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
void check_not_principal(PolicyCheckRun& run) {
  const bool trust = run.policy.kind == PolicyKind::Trust;
  for (const Statement& statement : run.policy.statements) {
    if (!statement.principal.negated) continue;
    if (trust) {
      run.error("a role trust policy cannot have `NotPrincipal`", statement.principal.at,
                "write { \"AWS\": \"*\" } and a condition on `aws:PrincipalArn`");
    } else if (statement.effect == Effect::Allow) {
      run.warning("`NotPrincipal` with Allow lets in everybody else, anonymous callers included",
                  statement.principal.at, "list who may in `Principal`");
    }
  }
}

void check_impossible_principals(PolicyCheckRun& run) {
  const bool trust = run.policy.kind == PolicyKind::Trust;
  each_principal(run.policy, [&](const PrincipalElement& each) {
    if (has_variable(each.value.value)) return;
    const std::string_view value = each.value.value;
    switch (each.form) {
      case PrincipalForm::Group:
        run.error(fmt::format("`{}` is a group, and groups are no principals", value),
                  each.value.at, std::string(help_for(each)));
        break;
      case PrincipalForm::InstanceProfile:
        run.error(fmt::format("`{}` is an instance profile, and no principal", value),
                  each.value.at, std::string(help_for(each)));
        break;
      case PrincipalForm::Malformed:
        run.error(
            fmt::format("`{}` is no principal of type `{}`", value, principal_type_name(each.type)),
            each.value.at, std::string(help_for(each)));
        break;
      case PrincipalForm::Canonical:
        if (!trust) break;
        run.error("a role trust policy cannot name a canonical user", each.value.at,
                  std::string(help_for(each)));
        break;
      case PrincipalForm::FederatedUser:
        if (!trust) break;
        run.warning(fmt::format("`{}` is a GetFederationToken session, and those cannot assume "
                                "roles",
                                value),
                    each.value.at, std::string(help_for(each)));
        break;
      default:
        break;
    }
  });
}

void check_deleted_principals(PolicyCheckRun& run) {
  each_principal(run.policy, [&](const PrincipalElement& each) {
    if (each.form != PrincipalForm::UniqueId) return;
    const std::string_view noun = callers_of(each) == callers::kUser ? "user" : "role";
    run.warning(fmt::format("`{}` is what IAM shows for a {} that was deleted: one made anew under "
                            "its name does not match",
                            each.value.value, noun),
                each.value.at, fmt::format("remove it, or write the ARN of the {} again", noun));
  });
}

}  // namespace rolecall
