// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases = std::to_array<FindingCase>({
    {"resource_without_arn",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"role/x"}]})",
     {Code::InvalidResource, R"(`role/x` is neither an ARN nor "*")", R"("role/x")",
      "write an ARN, as in `arn:aws:iam::111122223333:role/deploy`"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]})"},
    {"wildcard_in_service_of_resource",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:*:::x"}]})",
     {Code::InvalidResource, "`arn:aws:*:::x` has a wildcard in place of the service",
      R"("arn:aws:*:::x")", "name the service"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:*:s3:::x"}]})"},
    {"region_in_iam_resource",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam:eu-west-1:111122223333:role/x"}]})",
     {Code::InvalidResource,
      "`arn:aws:iam:eu-west-1:111122223333:role/x` has a Region, and resources of IAM have none",
      R"("arn:aws:iam:eu-west-1:111122223333:role/x")", "leave the field between the colons empty"},
     ""},
    {"short_arn_in_session_policy",
     PolicyKind::Session,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3"}]})",
     {Code::InvalidResource, "`arn:aws:s3` is not a whole ARN, which a session policy needs",
      R"("arn:aws:s3")", "write all six fields, with `*` for those that do not matter"},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::*"}]})"},
    {"session_as_resource",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:sts::111122223333:assumed-role/deploy/me"}]})",
     {Code::UnmatchedResource,
      "`arn:aws:sts::111122223333:assumed-role/deploy/me` matches nothing: it is the ARN of a "
      "session, and these actions are asked about the role",
      R"("arn:aws:sts::111122223333:assumed-role/deploy/me")",
      "write the role's ARN with its path, as in `arn:aws:iam::111122223333:role/deploy`",
      Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/team/deploy"}]})"},
    {"user_as_resource_of_assumerole",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:user/x"}]})",
     {Code::UnmatchedResource,
      "`arn:aws:iam::111122223333:user/x` matches nothing: these actions are asked about roles, "
      "and it is no role's ARN",
      R"("arn:aws:iam::111122223333:user/x")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","iam:GetUser"],"Resource":"arn:aws:iam::111122223333:user/x"}]})"},
    {"misspelt_partition",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:asw:iam::111122223333:role/x"}]})",
     {Code::UnmatchedResource,
      "`arn:asw:iam::111122223333:role/x` matches nothing: `asw` is no partition of AWS",
      R"("arn:asw:iam::111122223333:role/x")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws-cn:iam::111122223333:role/x"}]})"},
    {"short_account_in_resource",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::11112222333:role/x"}]})",
     {Code::UnmatchedResource,
      "`arn:aws:iam::11112222333:role/x` matches nothing: `11112222333` is no account id, which "
      "has twelve digits",
      R"("arn:aws:iam::11112222333:role/x")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/x"}]})"},
    {"two_partitions",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":["arn:aws:iam::111122223333:role/x","arn:aws-cn:iam::111122223333:role/x"]}]})",
     {Code::MixedPartitions,
      "`arn:aws-cn:iam::111122223333:role/x` is of partition `aws-cn` and others are of `aws`; a "
      "policy only reaches its own",
      R"("arn:aws-cn:iam::111122223333:role/x")", "write one policy for each partition",
      Severity::Note},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":["arn:aws:iam::111122223333:role/x","arn:*:iam::111122223333:role/y"]}]})"},
    {"arn_with_wildcard_scheme",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*:s3:::x"}]})"},
    {"short_arn_in_identity_policy",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3"}]})"},
    {"variable_as_resource_kind",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:${aws:username}"}]})"},
    {"question_mark_in_role_arn",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:rol?/x"}]})"},
    {"pattern_shorter_than_role",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:rol"}]})",
     {Code::UnmatchedResource,
      "`arn:aws:iam::111122223333:rol` matches nothing: these actions are asked about roles, and "
      "it is no role's ARN",
      R"("arn:aws:iam::111122223333:rol")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:rol*"}]})"},
    {"bucket_as_resource_of_assumerole",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:s3:::x"}]})",
     {Code::UnmatchedResource,
      "`arn:aws:s3:::x` matches nothing: these actions are asked about roles, and it is no role's "
      "ARN",
      R"("arn:aws:s3:::x")", "", Severity::Warning},
     ""},
    {"root_as_resource_of_assumeroot",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoot","Resource":"arn:aws:iam::111122223333:root"}]})"},
    {"aws_managed_policy_as_resource",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetPolicy","Resource":"arn:aws:iam::aws:policy/ReadOnlyAccess"}]})"},
    {"complement_of_actions_on_a_user",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"s3:*","Resource":"arn:aws:iam::111122223333:user/x"}]})"},
    {"passed_role_is_no_role",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:instance-profile/x"}]})",
     {Code::UnmatchedResource,
      "`arn:aws:iam::111122223333:instance-profile/x` matches nothing: these actions are asked "
      "about roles, and it is no role's ARN",
      R"("arn:aws:iam::111122223333:instance-profile/x")", "", Severity::Warning},
     ""},
});

TEST(PolicyCheckResource, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

std::string allowing_on(std::string_view resource, std::string_view action = "sts:AssumeRole") {
  return policy_text(R"({"Effect":"Allow","Action":")" + std::string(action) + R"(","Resource":")" +
                     std::string(resource) + "\"}");
}

TEST(PolicyCheckResource, TakesWhatMayBecomeAnArnForOne) {
  const std::vector<CodeCase> cases = {
      {"star", PolicyKind::Identity, allowing_on("*"), {}},
      {"variable", PolicyKind::Identity, allowing_on("${aws:PrincipalTag/role}"), {}},
      {"begins_with_a_wildcard", PolicyKind::Identity, allowing_on("*:role/deploy"), {}},
      {"arn_alone",
       PolicyKind::Identity,
       allowing_on("arn"),
       {"`arn` is neither an ARN nor \"*\""}},
      {"no_arn",
       PolicyKind::Identity,
       allowing_on("role/deploy"),
       {"`role/deploy` is neither an ARN nor \"*\""}},
      {"wildcard_service",
       PolicyKind::Identity,
       allowing_on("arn:aws:*:eu-west-1:111122223333:x", "s3:GetObject"),
       {"`arn:aws:*:eu-west-1:111122223333:x` has a wildcard in place of the service"}},
      // A shorter one is filled up by AWS.
      {"short_with_a_wildcard", PolicyKind::Identity, allowing_on("arn:aws:*", "s3:GetObject"), {}},
      {"short", PolicyKind::Identity, allowing_on("arn:aws", "s3:GetObject"), {}},
      {"short_in_a_session_policy",
       PolicyKind::Session,
       allowing_on("arn:aws:s3*", "s3:GetObject"),
       {"`arn:aws:s3*` is not a whole ARN, which a session policy needs"}},
  };
  expect_messages(Code::InvalidResource, cases);
}

TEST(PolicyCheckResource, KnowsWhatRolesAreNamed) {
  const std::vector<CodeCase> cases = {
      {"session",
       PolicyKind::Identity,
       allowing_on("arn:aws:sts::111122223333:assumed-role/ci/run"),
       {"`arn:aws:sts::111122223333:assumed-role/ci/run` matches nothing: it is the ARN of a "
        "session, and these actions are asked about the role"}},
      {"user",
       PolicyKind::Identity,
       allowing_on("arn:aws:iam::111122223333:user/ann"),
       {"`arn:aws:iam::111122223333:user/ann` matches nothing: these actions are asked about "
        "roles, and it is no role's ARN"}},
      {"bucket",
       PolicyKind::Identity,
       allowing_on("arn:aws:s3:::a"),
       {"`arn:aws:s3:::a` matches nothing: these actions are asked about roles, and it is no "
        "role's ARN"}},
      {"service_that_is_a_variable",
       PolicyKind::Identity,
       allowing_on("arn:aws:${aws:PrincipalTag/s}::111122223333:role/x"),
       {}},
      {"variable",
       PolicyKind::Identity,
       allowing_on("arn:aws:iam::111122223333:${aws:PrincipalTag/role}"),
       {}},
      {"wildcards", PolicyKind::Identity, allowing_on("arn:aws:i?m::111122223333:r?le*"), {}},
      {"root_of_an_account",
       PolicyKind::Identity,
       allowing_on("arn:aws:iam::111122223333:root", "sts:AssumeRoot"),
       {}},
      {"other_actions", PolicyKind::Identity, allowing_on("arn:aws:s3:::a", "s3:GetObject"), {}},
      {"no_action",
       PolicyKind::Identity,
       policy_text(R"({"Effect":"Allow","Action":[],"Resource":"arn:aws:s3:::a"})"),
       {}},
  };
  expect_messages(Code::UnmatchedResource, cases);
}

}  // namespace
}  // namespace rolecall
