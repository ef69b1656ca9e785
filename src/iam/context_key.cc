// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/context_key.h"

#include <algorithm>
#include <array>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

constexpr ActionSet kTagged = actions::kAssume | actions::kTagSession;

using enum KeyType;
using enum KeyClass;
constexpr auto kKeys = std::to_array<ContextKey>({
    // Principal.
    {"aws:PrincipalArn", Arn, false, Derived, actions::kAll, callers::kSigned},
    {"aws:PrincipalAccount", String, false, Derived, actions::kAll,
     callers::kSigned | callers::kFederated, true},
    {"aws:PrincipalOrgID", String, false, Derived, actions::kAll, callers::kSigned, true},
    {"aws:PrincipalOrgPaths", String, true, Derived, actions::kAll, callers::kSigned},
    // Roles Anywhere shows certificate attributes as principal tags during the call.
    {"aws:PrincipalTag/", String, false, Derived, actions::kAll,
     callers::kSigned | callers::kFederated | callers::kService},
    {"aws:PrincipalType", String, false, Derived, actions::kAll,
     callers::kSigned | callers::kFederated},
    {"aws:userid", String, false, Derived, actions::kAll, callers::kSigned | callers::kFederated},
    {"aws:username", String, false, Derived, actions::kAll, callers::kUser},
    {"aws:PrincipalIsAWSService", Bool, false, Derived, actions::kAll,
     callers::kSigned | callers::kService},
    {"aws:PrincipalServiceName", String, false, Derived, actions::kAll, callers::kService},
    {"aws:PrincipalServiceNamesList", String, true, Derived, actions::kAll, callers::kService},
    {"aws:FederatedProvider", String, false, Derived, actions::kAll,
     callers::kRole | callers::kOidc},
    {"aws:SourceIdentity", String, false, Derived, actions::kAll, callers::kRole},
    {"aws:TokenIssueTime", Date, false, Derived, actions::kAll, callers::kUser | callers::kRole},
    {"aws:MultiFactorAuthPresent", Bool, false, Parameter, actions::kAll, callers::kUser},
    {"aws:MultiFactorAuthAge", Number, false, Parameter, actions::kAll, callers::kUser},
    {"aws:AssumedRoot", Bool, false, Derived, actions::kAll, callers::kRole | callers::kRoot},
    {"aws:SignInSessionArn", Arn, false, Environment, actions::kAll,
     callers::kUser | callers::kRole},
    {"aws:ChatbotSourceArn", Arn, false, Environment, actions::kAll, callers::kRole},
    {"aws:Ec2InstanceSourceVpc", String, false, Environment, actions::kAll, callers::kRole},
    {"aws:Ec2InstanceSourcePrivateIPv4", Ip, false, Environment, actions::kAll, callers::kRole},
    {"ec2:RoleDelivery", Number, false, Environment, actions::kAll, callers::kRole},
    {"ec2:SourceInstanceArn", Arn, false, Environment, actions::kAll, callers::kRole},
    {"lambda:SourceFunctionArn", Arn, false, Environment, actions::kAll, callers::kRole},
    {"codebuild:BuildArn", Arn, false, Environment, actions::kAll, callers::kRole},
    {"codebuild:ProjectArn", Arn, false, Environment, actions::kAll, callers::kRole},
    {"glue:RoleAssumedBy", String, false, Environment, actions::kAll, callers::kRole},
    {"glue:CredentialIssuingService", String, false, Environment, actions::kAll, callers::kRole},
    {"ssm:SourceInstanceArn", Arn, false, Environment, actions::kAll, callers::kRole},
    {"identitystore:UserId", String, false, Environment, actions::kAll, callers::kRole},
    // Network and path.
    {"aws:SourceIp", Ip, false, Environment, actions::kAll, callers::kAll},
    {"aws:SourceVpc", String, false, Environment, actions::kAll,
     callers::kSigned | callers::kFederated, true},
    {"aws:SourceVpce", String, false, Environment, actions::kAll,
     callers::kSigned | callers::kFederated, true},
    {"aws:VpcSourceIp", Ip, false, Environment, actions::kAll,
     callers::kSigned | callers::kFederated},
    {"aws:SourceVpcArn", Arn, false, Environment, actions::kAll,
     callers::kSigned | callers::kFederated},
    {"aws:VpceAccount", String, false, Environment, actions::kAll,
     callers::kSigned | callers::kFederated, true},
    {"aws:VpceOrgID", String, false, Environment, actions::kAll,
     callers::kSigned | callers::kFederated, true},
    {"aws:VpceOrgPaths", String, true, Environment, actions::kAll,
     callers::kSigned | callers::kFederated},
    {"aws:ViaAWSService", Bool, false, Derived, actions::kAll, callers::kAll},
    {"aws:CalledVia", String, true, Derived, actions::kAll, callers::kSigned},
    {"aws:CalledViaFirst", String, false, Derived, actions::kAll, callers::kSigned},
    {"aws:CalledViaLast", String, false, Derived, actions::kAll, callers::kSigned},
    {"aws:CalledViaAWSMCP", String, false, Environment, actions::kAll, callers::kSigned},
    {"aws:ViaAWSMCPService", Bool, false, Environment, actions::kAll, callers::kSigned},
    {"aws:IsMcpServiceAction", Bool, false, Environment, actions::kAll, callers::kSigned},
    {"aws:SecureTransport", Bool, false, Derived, actions::kAll, callers::kAll},
    {"aws:RequestedRegion", String, false, Environment, actions::kAll, callers::kAll},
    {"aws:CurrentTime", Date, false, Environment, actions::kAll, callers::kAll},
    {"aws:EpochTime", Date, false, Environment, actions::kAll, callers::kAll},
    {"aws:UserAgent", String, false, Environment, actions::kAll, callers::kAll},
    {"aws:referer", String, false, Environment, actions::kAll, callers::kAll},
    // The role.
    {"aws:ResourceAccount", String, false, Derived, actions::kAll, callers::kAll, true},
    {"aws:ResourceOrgID", String, false, Derived, actions::kAll, callers::kAll, true},
    {"aws:ResourceOrgPaths", String, true, Derived, actions::kAll, callers::kAll},
    {"aws:ResourceTag/", String, false, Derived, actions::kAll, callers::kAll},
    {"iam:ResourceTag/", String, false, Derived, actions::kAll, callers::kAll},
    // On behalf of a resource.
    {"aws:SourceArn", Arn, false, Environment, actions::kAll, callers::kService},
    {"aws:SourceAccount", String, false, Environment, actions::kAll, callers::kService, true},
    {"aws:SourceOrgID", String, false, Environment, actions::kAll, callers::kService, true},
    {"aws:SourceOrgPaths", String, true, Environment, actions::kAll, callers::kService},
    // STS and IAM.
    {"sts:ExternalId", String, false, Parameter, actions::kAssumeRole, callers::kAll},
    {"sts:RoleSessionName", String, false, Parameter, actions::kAssume, callers::kAll},
    {"sts:SourceIdentity", String, false, Parameter, actions::kAssume | actions::kSetSourceIdentity,
     callers::kAll},
    {"sts:TransitiveTagKeys", String, true, Parameter, kTagged, callers::kAll},
    {"aws:RequestTag/", String, false, Parameter, kTagged | actions::kOther, callers::kAll},
    {"aws:TagKeys", String, true, Parameter, kTagged | actions::kOther, callers::kAll},
    {"sts:RequestContext/", String, false, Parameter, actions::kSetContext, callers::kAll},
    {"sts:RequestContextProviders", Arn, true, Parameter, actions::kSetContext, callers::kAll},
    {"sts:RoleAuthorizedByIdp", Bool, false, Derived, actions::kWithWebIdentity, callers::kOidc},
    {"sts:TaskPolicyArn", Arn, false, Parameter, actions::kAssumeRoot, callers::kSigned},
    // Never present when a role is assumed.
    {"sts:DurationSeconds", Number, false, Parameter, actions::kOther, callers::kSigned},
    {"sts:AWSServiceName", String, false, Parameter, actions::kOther, callers::kSigned},
    {"sts:IdentityTokenAudience", String, true, Parameter, actions::kOther, callers::kSigned},
    {"sts:SigningAlgorithm", String, false, Parameter, actions::kOther, callers::kSigned},
    {"iam:PassedToService", String, false, Parameter, actions::kPassRole, callers::kSigned},
    {"iam:AssociatedResourceArn", Arn, false, Parameter, actions::kPassRole, callers::kSigned},
});

constexpr auto kHashes = [] {
  std::array<std::uint64_t, kKeys.size()> all{};
  for (std::size_t i = 0; i < kKeys.size(); ++i) all[i] = hash_ignore_case(kKeys[i].name);
  return all;
}();

// A hash table of indexes into kKeys, plus one, by the hashes of the names; 0 is a free slot.
constexpr std::size_t kSlots = 512;
static_assert(kKeys.size() <= kSlots / 4 && kKeys.size() < 256);
constexpr auto kPlaces = [] {
  std::array<std::uint8_t, kSlots> all{};
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    std::size_t slot = kHashes[i] % kSlots;
    while (all[slot] != 0) slot = (slot + 1) % kSlots;
    all[slot] = static_cast<std::uint8_t>(i + 1);
  }
  return all;
}();

// Claims that are condition keys for every issuer, then those of particular issuers.
constexpr auto kCommonClaims =
    std::to_array<std::string_view>({"aud", "oaud", "sub", "amr", "email"});
struct IssuerClaims {
  std::string_view issuer{};  // Host, or host and the start of a path.
  std::string_view claims{};  // Separated by spaces.
};
constexpr auto kIssuerClaims = std::to_array<IssuerClaims>({
    {"token.actions.githubusercontent.com",
     "actor actor_id job_workflow_ref repository repository_id repository_owner_id workflow ref "
     "environment enterprise_id"},
    {"gitlab.com",
     "namespace_id project_id user_id user_login user_email user_access_level ref_protected "
     "pipeline_source runner_environment"},
    {"agent.buildkite.com",
     "organization_slug organization_id pipeline_slug pipeline_id cluster_name cluster_id "
     "build_branch"},
    {"oidc.circleci.com/org/", "oidc.circleci.com/project-id"},
    {"accounts.google.com", "google/organization_number"},
    {"www.amazon.com", "app_id user_id"},
    {"graph.facebook.com", "app_id id"},
});

constexpr auto kSamlKeys = std::to_array<std::string_view>(
    {"aud", "doc", "iss", "sub", "sub_type", "namequalifier", "cn", "commonName", "givenName",
     "mail", "name", "organizationStatus", "primaryGroupSID", "surname", "uid",
     "x500UniqueIdentifier"});

}  // namespace

std::span<const ContextKey> context_keys() {
  return kKeys;
}

const ContextKey* find_context_key(std::string_view name) {
  return find_context_key(name, hash_ignore_case(name));
}

const ContextKey* find_context_key(std::string_view name, std::uint64_t hash) {
  for (std::size_t slot = hash % kSlots; kPlaces[slot] != 0; slot = (slot + 1) % kSlots) {
    const std::size_t place = kPlaces[slot] - 1U;
    if (kHashes[place] != hash) continue;
    const ContextKey& row = kKeys[place];
    if (equals_ignore_case(row.name, name) && !row.is_family()) return &row;
  }
  if (name.find('/') == std::string_view::npos) return nullptr;
  for (const ContextKey& row : kKeys) {
    const bool fits = row.is_family() && name.size() > row.name.size();
    if (fits && starts_with_ignore_case(name, row.name)) return &row;
  }
  return nullptr;
}

std::vector<std::string_view> oidc_claims(std::string_view issuer) {
  std::vector<std::string_view> all(kCommonClaims.begin(), kCommonClaims.end());
  // GitHub Enterprise: token.actions.DOMAIN.ghe.com has GitHub's keys.
  const bool enterprise = issuer.starts_with("token.actions.") && issuer.ends_with(".ghe.com");
  for (const IssuerClaims& row : kIssuerClaims) {
    const bool github = row.issuer == kIssuerClaims[0].issuer;
    if (!starts_with_ignore_case(issuer, row.issuer) && !(github && enterprise)) continue;
    const auto claims = split(row.claims, ' ');
    all.insert(all.end(), claims.begin(), claims.end());
  }
  return all;
}

bool is_oidc_claim_key(std::string_view issuer, std::string_view claim) {
  const auto claims = oidc_claims(issuer);
  return std::any_of(claims.begin(), claims.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, claim); });
}

bool is_multi_valued_key(std::string_view name) {
  if (const ContextKey* row = find_context_key(name)) return row->multi_valued;
  if (!is_issuer_key(name)) return starts_with_ignore_case(name, "saml:eduPerson");
  return equals_ignore_case(split_issuer_key(name).claim, "amr");
}

bool is_saml_key(std::string_view name) {
  return starts_with_ignore_case(name, "eduPerson") || starts_with_ignore_case(name, "eduOrg") ||
         std::any_of(kSamlKeys.begin(), kSamlKeys.end(),
                     [&](std::string_view each) { return equals_ignore_case(each, name); });
}

IssuerKey split_issuer_key(std::string_view key) {
  const std::size_t colon = key.find(':');
  if (colon == std::string_view::npos) return {key, {}};
  return {key.substr(0, colon), key.substr(colon + 1)};
}

bool is_issuer_key(std::string_view key) {
  const IssuerKey parts = split_issuer_key(key);
  return !parts.claim.empty() && parts.issuer.find('.') != std::string_view::npos;
}

}  // namespace rolecall
