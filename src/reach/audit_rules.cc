// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "rolecall/reach/audit.h"

namespace rolecall {

namespace {

using enum AuditSeverity;

// In the order of reports within a severity. Every row is in docs/audit.md.
constexpr auto kRules = std::to_array<AuditRule>({
    {"trust-public", Critical, "anybody with an AWS account can assume the role",
     "name the principals, or add a condition on aws:PrincipalOrgID",
     "CKV_AWS_60; Access Analyzer: external access"},
    {"trust-allow-notprincipal", Critical, "everybody but some is admitted",
     "name the principals that are to be admitted", "F6; Access Analyzer: Allow with NotPrincipal"},
    {"trust-github-oidc-no-sub", Critical, "workflows of any GitHub repository can assume the role",
     "add a condition on token.actions.githubusercontent.com:sub",
     "CKV_AWS_358; CKV_AWS_393; Access Analyzer: Missing github repo condition key"},
    {"trust-github-oidc-wildcard-org", Critical,
     "workflows of other GitHub organizations can assume the role",
     "name the organization, as in repo:ORG/REPO:*",
     "CKV_AWS_358; CKV_AWS_393; Access Analyzer: Specific github repo and branch recommended"},
    {"trust-oidc-shared-issuer-no-tenant", Critical,
     "every customer of a shared issuer can assume the role",
     "add a condition on the claim that names the customer", ""},
    {"trust-public-weak-condition", High,
     "a wildcard principal is narrowed by conditions that anybody can meet",
     "name the principals, or add a condition on aws:PrincipalOrgID", ""},
    {"trust-third-party-no-external-id", High, "an account outside gets in without an external ID",
     "agree on an external ID and ask for it with StringEquals on sts:ExternalId",
     "Access Analyzer: external access"},
    {"trust-cross-account-outside-org", High, "an account outside gets in",
     "remove it, or name it with --trusted-accounts when it is meant",
     "Access Analyzer: external access"},
    {"trust-external-id-wildcard", High, "the external ID need not be the agreed one",
     "ask for the whole external ID with StringEquals", ""},
    {"trust-allow-notaction", High, "every action but some is allowed", "name the actions",
     "W14; Access Analyzer: Allow with NotAction"},
    {"trust-github-sub-unsafe-first-claim", High,
     "the subject begins with a claim that the author of any repository chooses",
     "put `repo` first into the subject claim template, and match it", "CKV_AWS_358; CKV_AWS_393"},
    {"trust-github-forallvalues", High, "ForAllValues on a claim that is no list",
     "use the operator without ForAllValues",
     "Access Analyzer: ForAllValues with single valued key"},
    {"trust-cognito-no-aud-amr", High, "identities of other pools, or guests, are admitted",
     "ask for the identity pool in `aud`, and for `authenticated` in `amr`", ""},
    {"trust-eks-irsa-wildcard", High, "service accounts of several namespaces are admitted",
     "name namespace and service account", ""},
    {"rolesanywhere-unrestricted", High,
     "any certificate of the account's trust anchors is admitted",
     "ask for aws:SourceArn of the trust anchor or for aws:PrincipalTag/x509Subject/CN",
     "rolesanywhere_profile_restricts_session_permissions"},
    {"trust-mfa-ifexists-allow", High, "MFA is asked for only of those who have it",
     "use Bool instead of BoolIfExists", ""},
    {"trust-forallvalues-allow-open", High, "a condition is true when its key is absent",
     "add Null on the key with the value false", "Access Analyzer: ForAllValues with Allow"},
    {"trust-admin-cross-account", High, "an administrator role can be assumed from another account",
     "give the role the permissions it needs, or remove the account",
     "iam_role_administratoraccess_policy"},
    {"trust-role-chain-escalation", High, "roles become administrators by assuming this one",
     "remove the roles from the trust policy, or sts:AssumeRole from their policies",
     "iam_policy_allows_privilege_escalation; pathfinding.cloud sts-001"},
    {"identity-assume-any", High, "sts:AssumeRole is allowed on every role", "name the roles",
     "iam_no_custom_policy_permissive_role_assumption"},
    {"identity-passrole-any", High, "iam:PassRole is allowed on every role, to any service",
     "name the roles, and the service in iam:PassedToService",
     "F38; F39; iam_policy_allows_privilege_escalation; "
     "iam_inline_policy_allows_privilege_escalation"},
    {"rcp-federation-lockout-risk", High, "a resource control policy shuts federated callers out",
     "spare sts:AssumeRoleWithSAML and sts:AssumeRoleWithWebIdentity", ""},
    {"trust-account-root-broad", Medium, "a whole account is trusted",
     "name the roles, or add a condition on aws:PrincipalArn", "CKV_AWS_61"},
    {"trust-service-confused-deputy", Medium, "a service is trusted whoever's resource it acts for",
     "ask for aws:SourceAccount or aws:SourceArn",
     "iam_role_cross_service_confused_deputy_prevention; Access Analyzer: Restrict access to "
     "service principal"},
    {"trust-service-source-mismatch", Medium, "aws:SourceArn and aws:SourceAccount do not fit",
     "make aws:SourceArn name a resource of the account in aws:SourceAccount", ""},
    {"trust-github-oidc-wildcard-ref", Medium,
     "every branch and pull request of a repository is admitted to an administrator",
     "name the branch or the environment",
     "Access Analyzer: Specific github repo and branch recommended"},
    {"trust-oidc-no-aud", Medium, "tokens for any audience of the provider are admitted",
     "add a condition on the claim `aud`",
     "Access Analyzer: Missing condition key for oidc principal"},
    {"trust-gitlab-path-reuse", Medium, "a project is known by a path that can be reused",
     "ask for namespace_id or project_id too", ""},
    {"trust-saml-provider-expired", Medium, "the metadata of a SAML provider expires",
     "upload new metadata with aws iam update-saml-provider", ""},
    {"trust-dangling-principal", Medium, "a deleted principal is named",
     "remove it, or name the principal that took its place", ""},
    {"trust-nonexistent-principal", Medium, "a principal is named that does not exist",
     "remove it, or correct the name", ""},
    {"trust-deleted-account", Medium, "an account is named that is closed or suspended",
     "remove it", ""},
    {"trust-wildcard-action", Medium, "actions are allowed by a wildcard",
     "name the actions the principals need", "F2"},
    {"trust-mfa-condition-unsatisfiable", Medium, "MFA is asked of callers that never have it",
     "remove the condition, or name users", ""},
    {"trust-human-no-mfa", Medium, "users become administrators without MFA",
     "add Bool on aws:MultiFactorAuthPresent with the value true", ""},
    {"trust-negated-condition-allow", Medium, "only negated conditions narrow the trust",
     "say who is admitted instead of who is not", ""},
    {"trust-tagsession-unrestricted", Medium,
     "outsiders choose session tags that policies decide by",
     "limit aws:RequestTag and aws:TagKeys", ""},
    {"trust-readonly-cross-account", Medium, "an account outside can read everything",
     "give the role the permissions it needs, or remove the account",
     "iam_role_cross_account_readonlyaccess_policy"},
    {"trust-saml-no-aud", Low, "assertions for any recipient are admitted",
     "add StringEquals on SAML:aud with the sign-in URL", ""},
    {"trust-oidc-provider-unused", Low, "no role trusts a provider", "delete the provider", ""},
    {"trust-condition-dead", Low, "a condition key is never in the request",
     "use a key that requests of these principals have",
     "Access Analyzer: Missing action for condition key"},
    {"trust-sourceidentity-unrestricted", Low, "outsiders choose any source identity",
     "limit sts:SourceIdentity", ""},
    {"role-unused", Low, "the role has not been used for long", "delete the role",
     "Access Analyzer: UnusedIAMRole"},
    {"role-max-session-long", Low, "sessions of an administrator last long",
     "lower MaxSessionDuration", ""},
    {"rcp-identity-perimeter-missing", Low, "no resource control policy guards sts:AssumeRole",
     "deny sts:AssumeRole to principals of other organizations", ""},
    {"trust-redundant-principal", Info, "a principal is named twice", "remove it",
     "Access Analyzer: Redundant principal"},
    {"trust-self-assume", Info, "the role trusts itself", "remove it unless it is meant", ""},
    {"trust-size-near-limit", Info, "the trust policy is near the quota",
     "shorten it, or have the quota raised", "Access Analyzer: policy size"},
    {"trust-version-missing", Info, "the policy has no current Version",
     "set Version to 2012-10-17", "Access Analyzer: missing version"},
    {"scp-no-region-or-assume-guard", Info,
     "no service control policy limits Regions or sts:AssumeRole", "deny Regions that are not used",
     "organizations_scp_check_deny_regions"},
});

constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high",
                                                         "critical"};

}  // namespace

std::span<const AuditRule> audit_rules() {
  return kRules;
}

const AuditRule* find_audit_rule(std::string_view id) {
  const auto* const row = std::find_if(kRules.begin(), kRules.end(),
                                       [&](const AuditRule& each) { return each.id == id; });
  return row == kRules.end() ? nullptr : row;
}

std::string_view audit_severity_name(AuditSeverity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

std::optional<AuditSeverity> find_audit_severity(std::string_view name) {
  for (std::size_t i = 0; i < kSeverities.size(); ++i) {
    if (kSeverities[i] == name) return static_cast<AuditSeverity>(i);
  }
  return std::nullopt;
}

}  // namespace rolecall
