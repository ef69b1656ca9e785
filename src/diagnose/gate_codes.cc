// SPDX-License-Identifier: Apache-2.0
#include "diagnose/gate_codes.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"

#include "diagnose/principal_cause.h"

namespace rolecall {

namespace {

constexpr auto kAllowCodes = std::to_array<AllowCodes>({
    {Gate::Identity, "identity-no-allow", "identity-resource-mismatch", "identity-action-mismatch",
     "identity-condition-unmet", "identity-tagsession-missing",
     "identity-setsourceidentity-missing"},
    {Gate::Boundary, "boundary-no-allow", "boundary-no-allow", "boundary-no-allow",
     "boundary-no-allow", "boundary-no-allow", "boundary-no-allow"},
    {Gate::Session, "session-policy-no-allow", "session-policy-no-allow", "session-policy-no-allow",
     "session-policy-no-allow", "session-policy-no-allow", "session-policy-no-allow"},
    {Gate::Scp, "scp-no-allow-at-level", "scp-no-allow-at-level", "scp-no-allow-at-level",
     "scp-condition-unmet-allow", "scp-no-allow-at-level", "scp-no-allow-at-level"},
    {Gate::Vpce, "vpce-policy-no-allow", "vpce-policy-no-allow", "vpce-policy-no-allow",
     "vpce-policy-no-allow", "vpce-policy-no-allow", "vpce-policy-no-allow"},
});

// The codes of explicit denies by the keys of their conditions. The first row of the gate whose key
// occurs counts; a row without a key matches any statement.
struct DenyCode {
  Gate gate{};
  std::string_view key{};
  std::string_view code{};
};
constexpr auto kDenyCodes = std::to_array<DenyCode>({
    {Gate::Trust, "", "trust-explicit-deny"},
    {Gate::Identity, "aws:TokenIssueTime", "identity-session-revoked"},
    {Gate::Identity, "aws:MultiFactorAuthPresent", "identity-mfa-enforced-deny"},
    {Gate::Identity, "aws:MultiFactorAuthAge", "identity-mfa-enforced-deny"},
    {Gate::Identity, "aws:SourceIp", "identity-ip-deny"},
    {Gate::Identity, "aws:VpcSourceIp", "identity-ip-deny"},
    {Gate::Identity, "aws:RequestedRegion", "identity-region-deny"},
    {Gate::Identity, "", "identity-explicit-deny"},
    {Gate::Boundary, "", "boundary-explicit-deny"},
    {Gate::Session, "", "session-policy-explicit-deny"},
    {Gate::Scp, "aws:RequestedRegion", "scp-region-deny"},
    {Gate::Scp, "aws:MultiFactorAuthPresent", "scp-mfa-or-ip-deny"},
    {Gate::Scp, "aws:SourceIp", "scp-mfa-or-ip-deny"},
    {Gate::Scp, "aws:ResourceOrgID", "scp-identity-perimeter"},
    {Gate::Scp, "aws:ResourceOrgPaths", "scp-identity-perimeter"},
    {Gate::Scp, "aws:ResourceAccount", "scp-identity-perimeter"},
    {Gate::Scp, "", "scp-explicit-deny"},
    {Gate::Rcp, "aws:PrincipalOrgID", "rcp-identity-perimeter"},
    {Gate::Rcp, "aws:PrincipalOrgPaths", "rcp-identity-perimeter"},
    {Gate::Rcp, "aws:PrincipalAccount", "rcp-identity-perimeter"},
    {Gate::Rcp, "aws:SourceOrgID", "rcp-confused-deputy"},
    {Gate::Rcp, "aws:SourceOrgPaths", "rcp-confused-deputy"},
    {Gate::Rcp, "aws:SourceAccount", "rcp-confused-deputy"},
    {Gate::Rcp, "aws:FederatedProvider", "rcp-oidc-provider"},
    {Gate::Rcp, "aws:RequestTag/", "rcp-session-tag-guard"},
    {Gate::Rcp, "aws:TagKeys", "rcp-session-tag-guard"},
    {Gate::Rcp, "aws:SecureTransport", "rcp-secure-transport-or-ip"},
    {Gate::Rcp, "aws:SourceIp", "rcp-secure-transport-or-ip"},
    {Gate::Rcp, "", "rcp-explicit-deny"},
    {Gate::Vpce, "", "vpce-policy-explicit-deny"},
});

bool key_is(std::string_view key, std::string_view row) {
  return row.ends_with('/') ? starts_with_ignore_case(key, row) : equals_ignore_case(key, row);
}

}  // namespace

std::string_view deny_code(Gate gate, const Statement& statement, const Caller& caller) {
  for (const DenyCode& row : kDenyCodes) {
    if (row.gate != gate) continue;
    const bool found =
        row.key.empty() ||
        std::any_of(statement.conditions.begin(), statement.conditions.end(),
                    [&](const Condition& each) { return key_is(each.key.value, row.key); });
    if (!found) continue;
    const bool federated = kind_of(caller) == PrincipalKind::Federated;
    if (row.code == "rcp-identity-perimeter" && federated) return "rcp-federation-lockout";
    return row.code;
  }
  return "trust-explicit-deny";
}

const AllowCodes& allow_codes(Gate gate) {
  const auto* const row = std::find_if(kAllowCodes.begin(), kAllowCodes.end(),
                                       [&](const AllowCodes& each) { return each.gate == gate; });
  return row == kAllowCodes.end() ? kAllowCodes[0] : *row;
}

}  // namespace rolecall
