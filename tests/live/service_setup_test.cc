// SPDX-License-Identifier: Apache-2.0
#include "live/service_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/fake_transport.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

HttpOutcome json(std::string body) {
  return HttpResponse{200, std::move(body)};
}

HttpOutcome xml(const std::string& action, const std::string& body) {
  return HttpResponse{200, "<" + action + "Response>" + body + "</" + action + "Response>"};
}

// The roles that `subject` uses, as `ROLE service` or `ROLE < ROLE`, and what could not be read.
struct Found {
  Found(const char* setup, std::deque<HttpOutcome> answers, std::string region = "eu-west-1")
      : transport(std::move(answers)) {
    AwsClient client(fake.runtime, transport,
                     AwsSettings{.region = std::move(region), .max_attempts = 1},
                     [] { return Result<Credentials>(example_credentials()); });
    const Access access{"ci", "111122223333", "", &client};
    const ServiceRoles found = find_service_roles({&access}, *find_service_setup(setup), "it");
    for (const ServiceRole& each : found.roles) {
      roles.push_back(each.arn +
                      (each.assumed_by.empty() ? " " + each.service : " < " + each.assumed_by));
    }
    for (const NotRead& each : found.not_read) not_read.push_back(each.what + ": " + each.why);
    fault = found.fault;
  }

  FakeRuntime fake{};
  FakeTransport transport;
  std::vector<std::string> roles{};
  std::vector<std::string> not_read{};
  std::string fault{};
};

constexpr const char* kTask = "arn:aws:iam::111122223333:role/task";

TEST(ServiceSetups, HaveOneRowForEachName) {
  for (const ServiceSetup& each : service_setups()) {
    EXPECT_EQ(find_service_setup(each.name), &each);
    EXPECT_TRUE(each.principal.ends_with(".amazonaws.com")) << each.name;
    EXPECT_FALSE(each.noun.empty() || each.parameter.empty()) << each.name;
  }
  EXPECT_EQ(find_service_setup("glue"), nullptr);
}

TEST(FindServiceRoles, TakesBothRolesOfATaskDefinition) {
  const Found found("ecs-task", {json(R"({"taskDefinition": {
      "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/it:3",
      "taskRoleArn": "arn:aws:iam::111122223333:role/task", "executionRoleArn": "start"}})")});
  EXPECT_THAT(found.roles,
              ElementsAre("arn:aws:iam::111122223333:role/task ecs-tasks.amazonaws.com",
                          "arn:aws:iam::111122223333:role/start ecs-tasks.amazonaws.com"));
  EXPECT_EQ(found.transport.requests[0].body, R"({"taskDefinition": "it"})");
}

TEST(FindServiceRoles, TakesARoleOnce) {
  const Found found("ecs-task",
                    {json(R"({"taskDefinition": {"taskRoleArn": ")" + std::string(kTask) +
                          R"(", "executionRoleArn": ")" + kTask + R"("}})")});
  EXPECT_THAT(found.roles, ElementsAre(testing::StartsWith(kTask)));
}

TEST(FindServiceRoles, HasTheRolesOfActionsAssumedByThePipeline) {
  const Found found("codepipeline", {json(R"({"pipeline": {"name": "it", "roleArn": "arn:p",
      "stages": [{"actions": [{"name": "a"}, {"roleArn": "arn:x"}]},
                 {"actions": [{"roleArn": "arn:x"}, {"roleArn": "arn:p"}]}]}})")});
  EXPECT_THAT(found.roles, ElementsAre("arn:p codepipeline.amazonaws.com", "arn:x < arn:p"));
}

TEST(FindServiceRoles, FindsTheRoleOfAnInstanceByItsProfile) {
  const auto instance = [](const std::string& partition) {
    return xml("DescribeInstances",
               "<reservationSet><item><instancesSet><item><instanceId>it</instanceId>"
               "<iamInstanceProfile><arn>arn:" +
                   partition +
                   ":iam::111122223333:instance-profile/x/web</arn></iamInstanceProfile></item>"
                   "</instancesSet></item></reservationSet>");
  };
  const auto profile = [](const std::string& roles) {
    return xml("GetInstanceProfile", "<GetInstanceProfileResult><InstanceProfile><Roles>" + roles +
                                         "</Roles></InstanceProfile></GetInstanceProfileResult>");
  };
  const Found found("ec2", {instance("aws"), profile("<member><Arn>arn:r</Arn></member>")});
  EXPECT_THAT(found.roles, ElementsAre("arn:r ec2.amazonaws.com"));
  EXPECT_NE(found.transport.requests[1].body.find("InstanceProfileName=web"), std::string::npos);
  EXPECT_THAT(Found("ec2", {instance("aws-cn"),
                            profile("<member><Arn>arn:aws-cn:iam::1:role/r</Arn></member>")})
                  .roles,
              ElementsAre("arn:aws-cn:iam::1:role/r ec2.amazonaws.com.cn"));
  EXPECT_EQ(Found("ec2", {instance("aws"), profile("")}).fault,
            "instance profile `web` of instance `it` holds no role");
  const Found refused("ec2", {instance("aws"), HttpResponse{403, R"({"__type": "AccessDenied"})"}});
  EXPECT_THAT(refused.not_read, ElementsAre("instance profile `web`: AWS refused "
                                            "`iam:GetInstanceProfile` to profile `ci`"));
  EXPECT_THAT(refused.roles, ElementsAre(" ec2.amazonaws.com"));
}

TEST(FindServiceRoles, TakesTheRoleOfAFunction) {
  const Found found("lambda", {json(R"({"FunctionArn": "arn:f", "Role": "arn:r"})")});
  EXPECT_THAT(found.roles, ElementsAre("arn:r lambda.amazonaws.com"));
}

TEST(FindServiceRoles, TellsNoneFromOneThatIsNotKnown) {
  const auto denied = [] { return HttpResponse{403, "{}", "AccessDeniedException"}; };
  const Found refused("lambda", {denied()});
  EXPECT_THAT(refused.roles, ElementsAre(" lambda.amazonaws.com"));
  EXPECT_THAT(refused.not_read, ElementsAre("function `it`: AWS refused "
                                            "`lambda:GetFunctionConfiguration` to profile `ci`"));
  EXPECT_EQ(refused.fault, "");
  const Found missing("codepipeline", {HttpResponse{400, R"({"__type": "PipelineNotFoundException",
                                             "message": "no it"})"}});
  EXPECT_THAT(missing.roles, IsEmpty());
  EXPECT_EQ(missing.fault, "there is no pipeline `it`: `codepipeline:GetPipeline` failed: no it");
  EXPECT_EQ(Found("ecs-task", {json(R"({"taskDefinition": {}})")}).fault,
            "task definition `it` uses no role");
  EXPECT_EQ(Found("ec2", {xml("DescribeInstances", "<reservationSet/>")}).fault,
            "there is no instance `it`");
  const Found nowhere("ec2", {}, "");
  EXPECT_THAT(nowhere.not_read,
              ElementsAre("instance `it`: it is not known in which Region it is"));
  EXPECT_THAT(nowhere.transport.requests, IsEmpty());
}

}  // namespace
}  // namespace rolecall
