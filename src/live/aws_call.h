// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rolecall/base/json.h"

namespace rolecall {

enum class AwsService : std::uint8_t { Iam, Sts, Organizations, Ec2, Ecs, CodePipeline, Lambda };
// Query: sends a form and returns XML. Json: sends and returns JSON, with the action in a header.
// Rest: sends a path and returns JSON.
enum class AwsProtocol : std::uint8_t { Query, Json, Rest };

struct AwsServiceRow {
  AwsService service{};
  std::string_view name{};       // In endpoints, scopes of signatures, and permissions.
  std::string_view config_id{};  // In AWS_ENDPOINT_URL_... and, in lower case, in config files.
  AwsProtocol protocol{};
  // Query: version of the API. Json: prefix of the action. Rest: beginning of the path.
  std::string_view version{};
};
[[nodiscard]] const AwsServiceRow& service_row(AwsService service);

enum class AwsCall : std::uint8_t {
  GetCallerIdentity,
  AssumeRole,
  AssumeRoleWithWebIdentity,
  GetAccountAuthorizationDetails,
  GetRole,
  ListRoles,
  ListRolePolicies,
  GetRolePolicy,
  ListAttachedRolePolicies,
  GetUser,
  ListUserPolicies,
  GetUserPolicy,
  ListAttachedUserPolicies,
  ListGroupsForUser,
  ListGroupPolicies,
  GetGroupPolicy,
  ListAttachedGroupPolicies,
  ListManagedPolicies,
  GetPolicy,
  GetPolicyVersion,
  ListOpenIdConnectProviders,
  GetOpenIdConnectProvider,
  ListSamlProviders,
  DescribeOrganization,
  ListRoots,
  ListOrganizationalUnitsForParent,
  ListAccountsForParent,
  ListParents,
  ListPolicies,
  ListPoliciesForTarget,
  ListTargetsForPolicy,
  DescribePolicy,
  DescribeVpcEndpoints,
  DescribeInstances,
  GetInstanceProfile,
  DescribeTaskDefinition,
  GetPipeline,
  GetFunctionConfiguration,
};

// The member of an answer with which the next page is requested.
enum class AwsPaging : std::uint8_t { None, Marker, NextToken };

// One call. All of them only read, except for the two that create credentials.
struct AwsCallRow {
  AwsCall call{};
  AwsService service{};
  std::string_view action{};
  AwsPaging paging{};
  int page_size = 0;  // The largest that AWS allows; 0: not sent.
  // Every page of an answer has at least one of these members.
  std::array<std::string_view, 4> holds{};
  std::string_view feeds{};  // What the answer is used for.
  std::string_view path{};   // Rest: the rest of the path; `{}` is the first parameter's value.

  // The permission that the call needs: `iam:GetRole`.
  [[nodiscard]] std::string permission() const;
  // Whether the answer has what it must have, including the token of a next page that it announces.
  // Otherwise nothing can be concluded from it, least of all that a list is empty.
  [[nodiscard]] bool is_whole(const JsonValue& answer) const;
};
[[nodiscard]] const AwsCallRow& call_row(AwsCall call);
// Every call, in the order of the enumeration; a meta-test walks it.
[[nodiscard]] std::span<const AwsCallRow> call_table();

}  // namespace rolecall
