// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/policy_check.h"

#include <algorithm>
#include <array>

#include "iam/policy_check_run.h"

namespace rolecall {

namespace {

constexpr PolicyKindSet kIdentity = kind_bit(PolicyKind::Identity);
constexpr PolicyKindSet kTrust = kind_bit(PolicyKind::Trust);
constexpr PolicyKindSet kBoundary = kind_bit(PolicyKind::Boundary);
constexpr PolicyKindSet kSession = kind_bit(PolicyKind::Session);
constexpr PolicyKindSet kScp = kind_bit(PolicyKind::ServiceControl);
constexpr PolicyKindSet kRcp = kind_bit(PolicyKind::ResourceControl);
constexpr PolicyKindSet kEndpoint = kind_bit(PolicyKind::VpcEndpoint);
constexpr PolicyKindSet kResource = kind_bit(PolicyKind::Resource);

constexpr PolicyKindSet kAttached = kIdentity | kBoundary | kSession;  // To users and roles.
constexpr PolicyKindSet kIam = kAttached | kTrust;                     // Stored or read by IAM.
constexpr PolicyKindSet kAws = kIam | kScp | kRcp | kEndpoint;
constexpr PolicyKindSet kAll = kAws | kResource;
constexpr PolicyKindSet kNamePrincipals = kTrust | kEndpoint | kResource;

using Code = DiagnosticCode;
constexpr auto kChecks = std::to_array<PolicyCheck>({
    {Code::PolicySize, kAws, false, &check_size},
    {Code::PolicyCharacter, kIam, false, &check_characters},
    {Code::OldVersion, kAll & ~kRcp, false, &check_version},
    {Code::InactiveVariable, kAll, false, &check_inactive_variables},
    {Code::RepeatedSid, kIam, false, &check_repeated_sids},
    {Code::InvalidSid, kIam, false, &check_sid_characters},
    {Code::PolicyId, kAttached, false, &check_id},
    {Code::ResourceControlForm, kRcp, false, &check_resource_control_form},
    {Code::PrincipalWildcard, kNamePrincipals, false, &check_principal_wildcards},
    {Code::BarePrincipal, kTrust, false, &check_bare_principal},
    {Code::NotPrincipal, kNamePrincipals, false, &check_not_principal},
    {Code::ImpossiblePrincipal, kNamePrincipals, false, &check_impossible_principals},
    {Code::DeletedPrincipal, kNamePrincipals, false, &check_deleted_principals},
    {Code::InvalidAction, kAll, false, &check_action_form},
    {Code::TrustAction, kTrust, false, &check_trust_actions},
    {Code::MismatchedAction, kTrust, false, &check_mismatched_actions},
    {Code::MissingServiceAction, kTrust, true, &check_service_actions},
    {Code::UnknownAction, kAll, false, &check_unknown_actions},
    {Code::InvalidResource, kAttached, false, &check_resource_form},
    {Code::UnmatchedResource, kAll & ~kTrust, false, &check_unmatched_resources},
    {Code::MixedPartitions, kAll & ~kTrust, false, &check_partitions},
    {Code::InvalidKey, kAll, false, &check_key_form},
    {Code::UnknownKey, kAll, false, &check_unknown_keys},
    {Code::KeyNotOfAction, kAws, false, &check_keys_of_actions},
    {Code::KeyNotOfCaller, kIam | kScp, false, &check_keys_of_callers},
    {Code::UnknownClaim, kTrust, false, &check_claims},
    {Code::OtherIssuer, kTrust, false, &check_issuers},
    {Code::OperatorMismatch, kAll, false, &check_operator_types},
    {Code::LiteralWildcard, kAll, false, &check_literal_wildcards},
    {Code::InexactId, kAll, false, &check_inexact_ids},
    {Code::InvalidValue, kAll, false, &check_value_form},
    {Code::PrivateAddress, kAll, false, &check_private_addresses},
    {Code::ImpossibleValue, kAll, false, &check_impossible_values},
    {Code::ShortArnPattern, kAll, false, &check_short_arn_patterns},
    {Code::BareArnWildcard, kAll, false, &check_bare_arn_wildcards},
    {Code::LooseArnMatch, kAll, false, &check_loose_arn_matches},
    {Code::MissingSetOperator, kAll, false, &check_missing_set_operators},
    {Code::NeedlessSetOperator, kAll, false, &check_needless_set_operators},
    {Code::ForAllValuesAllow, kAll, false, &check_for_all_values_allows},
    {Code::NullIfExists, kAll, false, &check_null_if_exists},
    {Code::NoConditionValues, kAll, false, &check_empty_conditions},
    {Code::MisplacedVariable, kAll, false, &check_misplaced_variables},
    {Code::UnknownVariable, kAll, false, &check_unknown_variables},
    {Code::MfaMayBeAbsent, kAll, false, &check_mfa},
    {Code::SurroundingSpace, kAll, false, &check_surrounding_space},
    {Code::MissingTenantClaim, kTrust, false, &check_tenant_claims},
    {Code::OpenTenantClaim, kTrust, false, &check_open_tenant_claims},
    {Code::OpenIssuer, kTrust, false, &check_open_issuers},
    {Code::FederationLockout, kRcp, false, &check_federation_lockout},
    {Code::RedundantStatement, kAll, true, &check_redundant_statements},
    {Code::DeniedStatement, kAll, true, &check_denied_statements},
    {Code::ContradictingConditions, kAll, false, &check_contradictions},
});

// Far more than AWS accepts for any policy, white space included. Of a longer one only the size is
// checked, so that the time stays bounded.
constexpr std::size_t kMostBytes = std::size_t{256} << 10;

}  // namespace

std::span<const PolicyCheck> policy_checks() {
  return kChecks;
}

void check_policy(const Policy& policy, const SourceTable& sources, PolicyOrigin origin,
                  Diagnostics& findings) {
  Diagnostics found;
  PolicyCheckRun run(policy, sources, origin, found);
  if (policy.at.end - policy.at.begin > kMostBytes) {
    run.begin(DiagnosticCode::PolicySize);
    run.error("the policy is too long for any use, and nothing else in it was checked",
              {policy.at.document, policy.at.begin, policy.at.begin + 1}, "split it");
    for (const Diagnostic& each : found.all()) findings.add(each);
    return;
  }
  for (const PolicyCheck& check : kChecks) {
    if ((check.kinds & kind_bit(policy.kind)) == 0) continue;
    if (check.whole_policy && policy.faulty) continue;
    run.begin(check.code);
    check.run(run);
  }
  std::vector<Diagnostic> sorted = found.all();
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.where.begin < b.where.begin;
  });
  for (Diagnostic& each : sorted) findings.add(std::move(each));
}

}  // namespace rolecall
