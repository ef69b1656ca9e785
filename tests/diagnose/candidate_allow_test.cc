// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

// What adds a missing Allow.
namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kS3 = R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";

std::string inline_policies(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& each : names) {
    list += (list.empty() ? "" : ",") + (R"({"PolicyName":")" + each) +
            R"(","PolicyDocument":{"Version":"2012-10-17","Statement":[)" + std::string(kS3) +
            "]}}";
  }
  return R"(,"RolePolicyList":[)" + list + "]";
}

Asking& ask_as_role(Asking& asking, std::string_view arn, const std::string& more,
                    std::string_view session) {
  return asking.add("1.gaad.json", role_export(arn, trust_document(kTrustAccount), more))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(session);
}

TEST(AllowInPolicy, ExtendsAFewPoliciesOnly) {
  Asking asking;
  ask_as_role(asking, kCi, inline_policies({"a", "b", "c", "d"}), kCiSession);
  EXPECT_THAT(
      Proposing(asking).changes(&allow_in_policy, Proposing(asking).cause("identity-no-allow")),
      SizeIs(3));
}

TEST(AllowInPolicy, ExtendsAPolicyOfTheGroupWhereTheUserHasNone) {
  Asking asking;
  asking
      .add(
          "1.gaad.json",
          R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
          R"("GroupList":["ops"]}],"GroupDetailList":[{"Arn":"arn:aws:iam::111122223333:group/ops",)"
          R"("GroupName":"ops","GroupPolicyList":[{"PolicyName":"g","PolicyDocument":{"Version":)"
          R"("2012-10-17","Statement":[)" +
              std::string(kS3) + R"(]}}]}],"Policies":[],"RoleDetailList":[]})")
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kUser);
  const Candidates changes = Proposing(asking).changes("identity-no-allow");
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].entity_arn, "arn:aws:iam::111122223333:group/ops");
  EXPECT_EQ(changes[0].policy_name, "g");
}

TEST(AllowInPolicy, LimitsPassingToTheServiceOfTheCall) {
  const auto edits = [](std::string_view services) {
    Asking asking;
    asking.add("1.gaad.json", ci_export(kS3))
        .ask(
            R"({"action":"iam:PassRole","principal":"arn:aws:sts::111122223333:assumed-role/ci/r",)"
            R"("role":"arn:aws:iam::111122223333:role/team/ci","context":{)" +
            std::string(services) + "}}");
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&allow_in_policy, proposing.cause("passrole-no-allow")));
  };
  EXPECT_THAT(edits(R"("iam:PassedToService":"lambda.amazonaws.com")"),
              Contains(HasSubstr(R"({"iam:PassedToService": "lambda.amazonaws.com"})")));
  EXPECT_THAT(edits(R"("iam:PassedToService":["lambda.amazonaws.com","ec2.amazonaws.com"])"),
              Not(Contains(HasSubstr("iam:PassedToService"))));
}

TEST(AllowInPolicy, AddsTheActionWhereTheResourceIsThere) {
  const auto edit = [](std::string_view statement) {
    Asking asking;
    asking.add("1.gaad.json", ci_export(statement))
        .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
        .ask_for(kCiSession);
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&allow_in_policy, proposing.causes().at(0)));
  };
  EXPECT_THAT(edit(R"({"Effect":"Allow","Action":"sts:TagSession","Resource":)"
                   R"("arn:aws:iam::444455556666:role/deploy"})"),
              ElementsAre(R"(/Statement/0/Action ["sts:TagSession", "sts:AssumeRole"])"));
  EXPECT_THAT(edit(R"({"Effect":"Allow","Action":"sts:TagSession","Resource":)"
                   R"("arn:aws:iam::444455556666:role/other"})"),
              ElementsAre(StartsWith("/Statement/- ")));
}

TEST(AllowInNewPolicy, TakesANameThatIsFree) {
  const auto name = [](const std::vector<std::string>& taken) {
    Asking asking;
    ask_as_role(asking, kCi, inline_policies(taken), kCiSession);
    const Proposing proposing(asking);
    const Candidates changes =
        proposing.changes(&allow_in_new_policy, proposing.cause("identity-no-allow"));
    return changes.empty() ? "" : changes[0].policy_name;
  };
  EXPECT_EQ(name({"allow"}), "allow-deploy");
  EXPECT_EQ(name({"allow-deploy"}), "allow-444455556666-deploy");
  EXPECT_EQ(name({"allow-deploy", "allow-444455556666-deploy", "Allow-444455556666-deploy-2"}),
            "allow-444455556666-deploy-3");
}

TEST(AllowInNewPolicy, LeavesServiceLinkedRolesAndPointsToThePermissionSet) {
  const auto proposed = [](std::string_view path_and_name, std::string_view name) {
    Asking asking;
    ask_as_role(asking, "arn:aws:iam::111122223333:role/" + std::string(path_and_name), "",
                "arn:aws:sts::111122223333:assumed-role/" + std::string(name) + "/s");
    const Proposing proposing(asking);
    return proposing.changes(&allow_in_new_policy, proposing.cause("identity-no-allow"));
  };
  EXPECT_THAT(
      proposed("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", "AWSServiceRoleForECS"),
      IsEmpty());
  const Candidates sso =
      proposed("aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_01", "AWSReservedSSO_A_01");
  ASSERT_THAT(sso, SizeIs(1));
  EXPECT_THAT(sso[0].warnings, ElementsAre(HasSubstr("add the policy to its permission set")));
}

// ---- Another version of a managed policy.

std::string many_versions(std::string_view older) {
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[{"PolicyName":"p","Arn":)"
         R"("arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v9","PolicyVersionList":[)"
         R"({"VersionId":"v9","IsDefaultVersion":true,"Document":{"Version":"2012-10-17",)"
         R"("Statement":[)" +
         std::string(kS3) +
         R"(]}},{"VersionId":"v1","IsDefaultVersion":false,"Document":)"
         R"({"Version":"2012-10-17","Statement":[)" +
         std::string(older) +
         R"(]}},{"VersionId":"v2","IsDefaultVersion":false,"Document":"nonsense"}]}],)"
         R"("RoleDetailList":[{"Arn":")" +
         std::string(kCi) + R"(","AssumeRolePolicyDocument":)" + trust_document(kTrustAccount) +
         R"(,"AttachedManagedPolicies":[{"PolicyName":"p",)"
         R"("PolicyArn":"arn:aws:iam::111122223333:policy/p"}]}]})";
}

std::vector<std::string> version_warnings(std::string_view older) {
  Asking asking;
  asking.add("1.gaad.json", many_versions(older))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  const Proposing proposing(asking);
  const Candidates changes =
      proposing.changes(&use_other_version, proposing.cause("identity-stale-default-version"));
  if (changes.size() != 1) return {std::to_string(changes.size()) + " versions"};
  return changes[0].warnings;
}

constexpr std::string_view kAssumeDeploy =
    R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::444455556666:role/deploy"})";

TEST(UseOtherVersion, IsSilentWhereItGivesJustTheCall) {
  EXPECT_THAT(version_warnings(std::string(kS3) + "," + std::string(kAssumeDeploy)), IsEmpty());
}

TEST(UseOtherVersion, ListsAFewOfTheThingsItAlsoAllows) {
  std::string older = std::string(kS3) + "," + std::string(kAssumeDeploy);
  for (const std::string_view service : {"sqs", "sns", "ec2", "rds", "kms"}) {
    older += R"(,{"Effect":"Allow","Action":")" + std::string(service) +
             R"(:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":")" +
             std::string(service) + R"("}}})";
  }
  const std::vector<std::string> warnings = version_warnings(older);
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_THAT(warnings[0], StartsWith("v1 also allows: "));
  EXPECT_THAT(warnings[0], HasSubstr(" | "));
  EXPECT_THAT(warnings[0], HasSubstr(" | and 2 more"));
}

TEST(UseOtherVersion, ListsTheCallOnOtherRolesToo) {
  EXPECT_THAT(version_warnings(std::string(kS3) +
                               R"(,{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"})"),
              ElementsAre(HasSubstr("v1 also allows: sts:AssumeRole")));
  EXPECT_THAT(version_warnings(std::string(kS3) +
                               R"(,{"Effect":"Allow","Action":"sts:AssumeRole","NotResource":)"
                               R"("arn:aws:iam::444455556666:role/x"})"),
              ElementsAre(HasSubstr("v1 also allows: sts:AssumeRole")));
}

}  // namespace
}  // namespace rolecall
