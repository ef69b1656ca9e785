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
// Query: form in, XML out. Json: JSON both ways, the action in a header. Rest: a path, JSON out.
enum class AwsProtocol : std::uint8_t { Query, Json, Rest };

struct AwsServiceRow {
  AwsService service{};
  std::string_view name{};       // In endpoints, scopes of signatures, and permissions.
  std::string_view config_id{};  // In AWS_ENDPOINT_URL_IAM and, in lower case, in config files.
  AwsProtocol protocol{};
  // Query: of the API. Json: what stands before the action. Rest: what the path begins with.
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

// How the next page is asked for: not at all; with the answer's Marker; with its NextToken.
enum class AwsPaging : std::uint8_t { None, Marker, NextToken };

// One call, reading only, but for the two that make credentials.
struct AwsCallRow {
  AwsCall call{};
  AwsService service{};
  std::string_view action{};
  AwsPaging paging{};
  int page_size = 0;  // The most that AWS allows; 0: not said.
  // What every answer has, and every page of it; of several members one is enough.
  std::array<std::string_view, 4> holds{};
  std::string_view feeds{};  // What is made of the answer.
  std::string_view path{};   // Rest: goes on so, with the first parameter's value for `{}`.

  // `iam:GetRole`.
  [[nodiscard]] std::string permission() const;
  // Whether the answer has what it must: one that lacks it says nothing, least of all that there is
  // nothing. Neither does one that goes on at a place it does not name.
  [[nodiscard]] bool is_whole(const JsonValue& answer) const;
};
[[nodiscard]] const AwsCallRow& call_row(AwsCall call);
// Every call, in the order of the enumeration; a meta-test walks it.
[[nodiscard]] std::span<const AwsCallRow> call_table();

}  // namespace rolecall
