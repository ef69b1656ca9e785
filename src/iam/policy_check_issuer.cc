// SPDX-License-Identifier: Apache-2.0
// Checks of trust in OIDC issuers, above all in those that many customers share.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

struct SharedIssuer {
  std::string_view issuer{};
  std::string_view key{};  // The condition key that tells the issuer's customers apart.
};
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
constexpr auto kSharedIssuers = std::to_array<SharedIssuer>({
    {"cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com:aud"},
    {"sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"},
    {"agent.buildkite.com", "agent.buildkite.com:sub"},
    {"oidc.codefresh.io", "oidc.codefresh.io:sub"},
    {"studio.datachain.ai/api", "studio.datachain.ai/api:sub"},
    {"token.actions.githubusercontent.com", "token.actions.githubusercontent.com:sub"},
    {"oidc-configuration.audit-log.githubusercontent.com",
     "oidc-configuration.audit-log.githubusercontent.com:sub"},
    {"vstoken.actions.githubusercontent.com", "vstoken.actions.githubusercontent.com:sub"},
    {"gitlab.com", "gitlab.com:sub"},
    {"rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7",
     "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7:sub"},
    {"rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr",
     "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr:sub"},
    {"rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg",
     "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg:sub"},
    {"rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26",
     "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26:sub"},
    {"oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb",
     "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb:sub"},
    {"oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu",
     "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu:sub"},
    {"api.pulumi.com/oidc", "api.pulumi.com/oidc:aud"},
    {"sandboxes.cloud", "sandboxes.cloud:aud"},
    {"scalr.io", "scalr.io:sub"},
    {"tokens.cloud.shisho.dev", "tokens.cloud.shisho.dev:sub"},
    {"app.terraform.io", "app.terraform.io:sub"},
    {"proidc.upbound.io", "proidc.upbound.io:sub"},
    {"oidc.vercel.com", "oidc.vercel.com:aud"},
});
constexpr std::string_view kGitHub = "token.actions.githubusercontent.com";

const SharedIssuer* find_shared(std::string_view issuer) {
  const auto* const row = std::find_if(
      kSharedIssuers.begin(), kSharedIssuers.end(),
      [&](const SharedIssuer& each) { return equals_ignore_case(each.issuer, issuer); });
  return row == kSharedIssuers.end() ? nullptr : row;
}

bool is_issuer(const PrincipalElement& principal) {
  return principal.form == PrincipalForm::OidcProvider ||
         principal.form == PrincipalForm::WellKnownIssuer;
}

// Calls `use` for each OIDC issuer that an Allow statement trusts to assume the role.
template <typename Use>
void each_trusted_issuer(const Policy& policy, Use use) {
  for (const Statement& statement : policy.statements) {
    const bool assumes = (matched_actions(statement.action) & actions::kWithWebIdentity) != 0;
    if (statement.effect != Effect::Allow || !assumes) continue;
    for (const PrincipalElement& each : principals_of(statement)) {
      if (is_issuer(each)) use(statement, each);
    }
  }
}

// Whether there is a condition on the key, also one with a scheme or ARN before the issuer: another
// check reports that mistake.
bool has_condition_on(const Statement& statement, std::string_view key) {
  return std::any_of(statement.conditions.begin(), statement.conditions.end(),
                     [&](const Condition& each) {
                       const std::string_view text = each.key.value;
                       return text.size() >= key.size() &&
                              equals_ignore_case(text.substr(text.size() - key.size()), key);
                     });
}

bool has_condition_of(const Statement& statement, std::string_view issuer) {
  return std::any_of(
      statement.conditions.begin(), statement.conditions.end(),
      [&](const Condition& each) { return each.key.value.find(issuer) != std::string_view::npos; });
}

bool is_only_wildcards(std::string_view value) {
  return !value.empty() && value.find_first_not_of("*?") == std::string_view::npos;
}

// Whether the pattern matches subjects `repo:ORG/...` of any GitHub organization: no character of
// ORG comes before the first `*`.
bool is_any_organization(std::string_view pattern) {
  constexpr std::string_view kRepository = "repo:";
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return false;
  return star <= kRepository.size() && kRepository.starts_with(pattern.substr(0, star));
}

// Whether the condition can restrict which tokens pass.
bool narrows(const Condition& condition) {
  return condition.operation != nullptr &&
         condition.operation->family == OperatorFamily::StringLike && !true_when_absent(condition);
}

}  // namespace

void check_tenant_claims(PolicyCheckRun& run) {
  each_trusted_issuer(run.policy, [&](const Statement& statement, const PrincipalElement& each) {
    const SharedIssuer* row = find_shared(each.name);
    if (row == nullptr || has_condition_on(statement, row->key)) return;
    // AWS documents both that it accepts this claim instead of `sub` and that it does not.
    if (row->issuer == kGitHub &&
        has_condition_on(statement, std::string(kGitHub) + ":job_workflow_ref")) {
      return;
    }
    const std::string message =
        fmt::format("many customers share `{}`, and nothing asks for `{}`", row->issuer, row->key);
    const std::string help = fmt::format("add a condition on `{}`", row->key);
    // Roles that existed before AWS introduced the rule work until they are edited.
    if (run.origin == PolicyOrigin::Stored) {
      run.warning(message + "; AWS refuses the next change of this policy", each.value.at, help);
    } else {
      run.error(message, each.value.at, help);
    }
  });
}

void check_open_tenant_claims(PolicyCheckRun& run) {
  each_trusted_issuer(run.policy, [&](const Statement& statement, const PrincipalElement& issuer) {
    const SharedIssuer* row = find_shared(issuer.name);
    if (row == nullptr) return;
    for (const Condition& condition : statement.conditions) {
      if (!equals_ignore_case(condition.key.value, row->key) || !narrows(condition)) continue;
      for (const Text& each : condition.values) {
        if (is_only_wildcards(each.value)) {
          const bool refused = row->issuer == kGitHub && run.origin == PolicyOrigin::Draft;
          run.report(refused ? Severity::Error : Severity::Warning,
                     fmt::format("`{}` lets in every customer of `{}`", each.value, row->issuer),
                     each.at, "name what is yours");
        } else if (row->issuer == kGitHub && is_any_organization(each.value)) {
          run.warning(
              fmt::format("`{}` matches repositories of every GitHub organization", each.value),
              each.at, "name the organization, as in `repo:ORG/REPO:*`");
        }
      }
    }
  });
}

void check_open_issuers(PolicyCheckRun& run) {
  each_trusted_issuer(run.policy, [&](const Statement& statement, const PrincipalElement& each) {
    if (find_shared(each.name) != nullptr || has_condition_of(statement, each.name)) return;
    run.warning(fmt::format("the statement asks for no claim of `{}`, so any token of it will do",
                            each.name),
                each.value.at, fmt::format("add a condition on `{}:sub`", each.name));
  });
}

}  // namespace rolecall
