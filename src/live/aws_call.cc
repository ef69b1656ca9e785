// SPDX-License-Identifier: Apache-2.0
#include "live/aws_call.h"

#include <array>

#include <fmt/format.h>

namespace rolecall {

namespace {

constexpr auto kServices = std::to_array<AwsServiceRow>({
    {AwsService::Iam, "iam", "IAM", AwsProtocol::Query, "2010-05-08"},
    {AwsService::Sts, "sts", "STS", AwsProtocol::Query, "2011-06-15"},
    {AwsService::Organizations, "organizations", "ORGANIZATIONS", AwsProtocol::Json,
     "AWSOrganizationsV20161128"},
    {AwsService::Ec2, "ec2", "EC2", AwsProtocol::Query, "2016-11-15"},
});

using enum AwsCall;
constexpr auto kIam = AwsService::Iam;
constexpr auto kSts = AwsService::Sts;
constexpr auto kOrganizations = AwsService::Organizations;
constexpr auto kNone = AwsPaging::None;
constexpr auto kMarker = AwsPaging::Marker;
constexpr auto kToken = AwsPaging::NextToken;

constexpr auto kCalls = std::to_array<AwsCallRow>({
    {GetCallerIdentity, kSts, "GetCallerIdentity", kNone, 0, "the caller, the account"},
    {AssumeRole, kSts, "AssumeRole", kNone, 0, "credentials of a profile with role_arn"},
    {AssumeRoleWithWebIdentity, kSts, "AssumeRoleWithWebIdentity", kNone, 0,
     "credentials of a profile with web_identity_token_file"},
    {GetAccountAuthorizationDetails, kIam, "GetAccountAuthorizationDetails", kMarker, 1000,
     "ACCOUNT.gaad.json"},
    {GetRole, kIam, "GetRole", kNone, 0, "trust policy, boundary and tags of one role"},
    {ListRoles, kIam, "ListRoles", kMarker, 1000, "ACCOUNT.roles.json: MaxSessionDuration"},
    {ListRolePolicies, kIam, "ListRolePolicies", kMarker, 1000, "the caller's inline policies"},
    {GetRolePolicy, kIam, "GetRolePolicy", kNone, 0, "one inline policy"},
    {ListAttachedRolePolicies, kIam, "ListAttachedRolePolicies", kMarker, 1000,
     "the caller's managed policies"},
    {GetUser, kIam, "GetUser", kNone, 0, "boundary and tags of one user"},
    {ListUserPolicies, kIam, "ListUserPolicies", kMarker, 1000, "the caller's inline policies"},
    {GetUserPolicy, kIam, "GetUserPolicy", kNone, 0, "one inline policy"},
    {ListAttachedUserPolicies, kIam, "ListAttachedUserPolicies", kMarker, 1000,
     "the caller's managed policies"},
    {ListGroupsForUser, kIam, "ListGroupsForUser", kMarker, 1000, "the caller's groups"},
    {ListGroupPolicies, kIam, "ListGroupPolicies", kMarker, 1000, "a group's inline policies"},
    {GetGroupPolicy, kIam, "GetGroupPolicy", kNone, 0, "one inline policy"},
    {ListAttachedGroupPolicies, kIam, "ListAttachedGroupPolicies", kMarker, 1000,
     "a group's managed policies"},
    {GetPolicy, kIam, "GetPolicy", kNone, 0, "the default version of a managed policy"},
    {GetPolicyVersion, kIam, "GetPolicyVersion", kNone, 0, "the document of a managed policy"},
    {ListOpenIdConnectProviders, kIam, "ListOpenIDConnectProviders", kNone, 0,
     "identity-providers.json"},
    {GetOpenIdConnectProvider, kIam, "GetOpenIDConnectProvider", kNone, 0,
     "identity-providers.json: audiences"},
    {ListSamlProviders, kIam, "ListSAMLProviders", kNone, 0, "identity-providers.json"},
    {DescribeOrganization, kOrganizations, "DescribeOrganization", kNone, 0,
     "organization.json: its id and management account"},
    {ListRoots, kOrganizations, "ListRoots", kToken, 20,
     "organization.json: the root, and which policy types are enabled"},
    {ListOrganizationalUnitsForParent, kOrganizations, "ListOrganizationalUnitsForParent", kToken,
     20, "organization.json: units"},
    {ListAccountsForParent, kOrganizations, "ListAccountsForParent", kToken, 20,
     "organization.json: accounts"},
    {ListParents, kOrganizations, "ListParents", kToken, 20, "the path to one account"},
    {ListPolicies, kOrganizations, "ListPolicies", kToken, 20, "organization.json: policies"},
    {ListPoliciesForTarget, kOrganizations, "ListPoliciesForTarget", kToken, 20,
     "organization.json: attachments"},
    {DescribePolicy, kOrganizations, "DescribePolicy", kNone, 0,
     "organization.json: the document of an SCP or RCP"},
    {DescribeVpcEndpoints, AwsService::Ec2, "DescribeVpcEndpoints", kToken, 1000,
     "ACCOUNT.vpc-endpoints.json"},
});

}  // namespace

const AwsServiceRow& service_row(AwsService service) {
  return kServices[static_cast<std::size_t>(service)];
}

const AwsCallRow& call_row(AwsCall call) {
  return kCalls[static_cast<std::size_t>(call)];
}

std::span<const AwsCallRow> call_table() {
  return kCalls;
}

std::string AwsCallRow::permission() const {
  return fmt::format("{}:{}", service_row(service).name, action);
}

}  // namespace rolecall
