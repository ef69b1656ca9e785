// SPDX-License-Identifier: Apache-2.0
#include "live/aws_call.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace rolecall {

namespace {

constexpr auto kServices = std::to_array<AwsServiceRow>({
    {AwsService::Iam, "iam", "IAM", AwsProtocol::Query, "2010-05-08"},
    {AwsService::Sts, "sts", "STS", AwsProtocol::Query, "2011-06-15"},
    {AwsService::Organizations, "organizations", "ORGANIZATIONS", AwsProtocol::Json,
     "AWSOrganizationsV20161128"},
    {AwsService::Ec2, "ec2", "EC2", AwsProtocol::Query, "2016-11-15"},
    {AwsService::Ecs, "ecs", "ECS", AwsProtocol::Json, "AmazonEC2ContainerServiceV20141113"},
    {AwsService::CodePipeline, "codepipeline", "CODEPIPELINE", AwsProtocol::Json,
     "CodePipeline_20150709"},
    {AwsService::Lambda, "lambda", "LAMBDA", AwsProtocol::Rest, "/2015-03-31"},
});

using enum AwsCall;
constexpr auto kIam = AwsService::Iam;
constexpr auto kSts = AwsService::Sts;
constexpr auto kOrganizations = AwsService::Organizations;
constexpr auto kNone = AwsPaging::None;
constexpr auto kMarker = AwsPaging::Marker;
constexpr auto kToken = AwsPaging::NextToken;

constexpr auto kCalls = std::to_array<AwsCallRow>({
    {GetCallerIdentity,
     kSts,
     "GetCallerIdentity",
     kNone,
     0,
     {"Account"},
     "the caller, the account"},
    {AssumeRole,
     kSts,
     "AssumeRole",
     kNone,
     0,
     {"Credentials"},
     "credentials of a profile with role_arn"},
    {AssumeRoleWithWebIdentity,
     kSts,
     "AssumeRoleWithWebIdentity",
     kNone,
     0,
     {"Credentials"},
     "credentials of a profile with web_identity_token_file"},
    {GetAccountAuthorizationDetails,
     kIam,
     "GetAccountAuthorizationDetails",
     kMarker,
     1000,
     {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"},
     "ACCOUNT.gaad.json; the policies of the caller's groups"},
    {GetRole, kIam, "GetRole", kNone, 0, {"Role"}, "trust policy, boundary and tags of one role"},
    {ListRoles,
     kIam,
     "ListRoles",
     kMarker,
     1000,
     {"Roles"},
     "ACCOUNT.roles.json: MaxSessionDuration"},
    {ListRolePolicies,
     kIam,
     "ListRolePolicies",
     kMarker,
     1000,
     {"PolicyNames"},
     "the caller's inline policies"},
    {GetRolePolicy, kIam, "GetRolePolicy", kNone, 0, {"PolicyDocument"}, "one inline policy"},
    {ListAttachedRolePolicies,
     kIam,
     "ListAttachedRolePolicies",
     kMarker,
     1000,
     {"AttachedPolicies"},
     "the caller's managed policies"},
    {GetUser, kIam, "GetUser", kNone, 0, {"User"}, "boundary and tags of one user"},
    {ListUserPolicies,
     kIam,
     "ListUserPolicies",
     kMarker,
     1000,
     {"PolicyNames"},
     "the caller's inline policies"},
    {GetUserPolicy, kIam, "GetUserPolicy", kNone, 0, {"PolicyDocument"}, "one inline policy"},
    {ListAttachedUserPolicies,
     kIam,
     "ListAttachedUserPolicies",
     kMarker,
     1000,
     {"AttachedPolicies"},
     "the caller's managed policies"},
    {ListGroupsForUser,
     kIam,
     "ListGroupsForUser",
     kMarker,
     1000,
     {"Groups"},
     "the caller's groups"},
    {ListGroupPolicies,
     kIam,
     "ListGroupPolicies",
     kMarker,
     1000,
     {"PolicyNames"},
     "a group's inline policies"},
    {GetGroupPolicy, kIam, "GetGroupPolicy", kNone, 0, {"PolicyDocument"}, "one inline policy"},
    {ListAttachedGroupPolicies,
     kIam,
     "ListAttachedGroupPolicies",
     kMarker,
     1000,
     {"AttachedPolicies"},
     "a group's managed policies"},
    {ListManagedPolicies,
     kIam,
     "ListPolicies",
     kMarker,
     1000,
     {"Policies"},
     "the default versions of managed policies"},
    {GetPolicy, kIam, "GetPolicy", kNone, 0, {"Policy"}, "the default version of a managed policy"},
    {GetPolicyVersion,
     kIam,
     "GetPolicyVersion",
     kNone,
     0,
     {"PolicyVersion"},
     "the document of a managed policy"},
    {ListOpenIdConnectProviders,
     kIam,
     "ListOpenIDConnectProviders",
     kNone,
     0,
     {"OpenIDConnectProviderList"},
     "identity-providers.json"},
    {GetOpenIdConnectProvider,
     kIam,
     "GetOpenIDConnectProvider",
     kNone,
     0,
     {"Url"},
     "identity-providers.json: audiences"},
    {ListSamlProviders,
     kIam,
     "ListSAMLProviders",
     kNone,
     0,
     {"SAMLProviderList"},
     "identity-providers.json"},
    {DescribeOrganization,
     kOrganizations,
     "DescribeOrganization",
     kNone,
     0,
     {"Organization"},
     "organization.json: its id and management account"},
    {ListRoots,
     kOrganizations,
     "ListRoots",
     kToken,
     20,
     {"Roots"},
     "organization.json: the root, and which policy types are enabled"},
    {ListOrganizationalUnitsForParent,
     kOrganizations,
     "ListOrganizationalUnitsForParent",
     kToken,
     20,
     {"OrganizationalUnits"},
     "organization.json: units"},
    {ListAccountsForParent,
     kOrganizations,
     "ListAccountsForParent",
     kToken,
     20,
     {"Accounts"},
     "organization.json: accounts"},
    {ListParents,
     kOrganizations,
     "ListParents",
     kToken,
     20,
     {"Parents"},
     "the path to one account"},
    {ListPolicies,
     kOrganizations,
     "ListPolicies",
     kToken,
     20,
     {"Policies"},
     "organization.json: policies"},
    {ListPoliciesForTarget,
     kOrganizations,
     "ListPoliciesForTarget",
     kToken,
     20,
     {"Policies"},
     "organization.json: attachments"},
    {ListTargetsForPolicy,
     kOrganizations,
     "ListTargetsForPolicy",
     kToken,
     20,
     {"Targets"},
     "organization.json: attachments"},
    {DescribePolicy,
     kOrganizations,
     "DescribePolicy",
     kNone,
     0,
     {"Policy"},
     "organization.json: the document of an SCP or RCP"},
    {DescribeVpcEndpoints,
     AwsService::Ec2,
     "DescribeVpcEndpoints",
     kToken,
     1000,
     {"VpcEndpoints"},
     "ACCOUNT.vpc-endpoints.json"},
    {DescribeInstances,
     AwsService::Ec2,
     "DescribeInstances",
     kNone,
     0,
     {"Reservations"},
     "the instance profile of an instance"},
    {GetInstanceProfile,
     kIam,
     "GetInstanceProfile",
     kNone,
     0,
     {"InstanceProfile"},
     "the role of an instance profile"},
    {DescribeTaskDefinition,
     AwsService::Ecs,
     "DescribeTaskDefinition",
     kNone,
     0,
     {"taskDefinition"},
     "the roles of a task definition"},
    {GetPipeline,
     AwsService::CodePipeline,
     "GetPipeline",
     kNone,
     0,
     {"pipeline"},
     "the roles of a pipeline"},
    {GetFunctionConfiguration,
     AwsService::Lambda,
     "GetFunctionConfiguration",
     kNone,
     0,
     {"FunctionArn"},
     "the role of a function",
     "/functions/{}/configuration"},
});

// Members that are not lists.
constexpr auto kTexts =
    std::to_array<std::string_view>({"Account", "FunctionArn", "PolicyDocument", "Url"});
constexpr auto kObjects = std::to_array<std::string_view>(
    {"Credentials", "InstanceProfile", "Organization", "Policy", "PolicyVersion", "Role", "User",
     "pipeline", "taskDefinition"});

JsonKind kind_of_member(std::string_view member) {
  const auto is_one_of = [&](const auto& table) {
    return std::find(table.begin(), table.end(), member) != table.end();
  };
  if (is_one_of(kTexts)) return JsonKind::String;
  return is_one_of(kObjects) ? JsonKind::Object : JsonKind::Array;
}

// Whether the answer has a token for the next page, or is the last page.
bool has_end(const AwsCallRow& row, const JsonValue& answer) {
  if (row.paging == AwsPaging::NextToken) {
    const auto token = answer.find("NextToken");
    return !token || token->is(JsonKind::String) || token->is(JsonKind::Null);
  }
  const auto truncated = answer.find("IsTruncated");
  if (row.paging == AwsPaging::None || !truncated) return true;
  return truncated->is(JsonKind::Boolean) &&
         (!truncated->boolean() || !answer.string_at("Marker").empty());
}

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

bool AwsCallRow::is_whole(const JsonValue& answer) const {
  return has_end(*this, answer) &&
         std::any_of(holds.begin(), holds.end(), [&](std::string_view member) {
           const auto found = member.empty() ? std::nullopt : answer.find(member);
           return found && found->is(kind_of_member(member));
         });
}

}  // namespace rolecall
