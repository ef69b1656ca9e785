// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

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
});

TEST(PolicyCheckResource, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

}  // namespace
}  // namespace rolecall
