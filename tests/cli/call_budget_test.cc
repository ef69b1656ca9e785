// SPDX-License-Identifier: Apache-2.0
// What questions that AWS is asked cost.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "live_program.h"

namespace rolecall {
namespace {

// What questions cost, but for credentials, against what the accounts hold: eight calls, one for
// each policy document and three for each level of the organization.
class CallBudget : public LiveProgram {
 protected:
  CallBudget() {
    give_policies("User", "ci", 1, 2);
    aws_.set("GetUser",
             "<User><Path>/</Path><UserName>ci</UserName><UserId>AIDA1</UserId>"
             "<Arn>arn:aws:iam::111122223333:user/ci</Arn></User>");
    give_groups(0, 0, 0);
  }

  // So many policies of an entity, each another one.
  void give_policies(const std::string& kind, const std::string& name, int own, int attached) {
    std::string names;
    for (int i = 0; i < own; ++i) names += fmt::format("<member>own{}</member>", i);
    aws_.set(fmt::format("List{}Policies {}", kind, name),
             "<PolicyNames>" + names + "</PolicyNames>");
    aws_.set(fmt::format("Get{}Policy {}", kind, name),
             fmt::format("<PolicyName>own</PolicyName><PolicyDocument>{}</PolicyDocument>", kNone));
    aws_.set(fmt::format("ListAttached{}Policies {}", kind, name),
             "<AttachedPolicies>" + attach(attached) + "</AttachedPolicies>");
    documents_ += static_cast<std::size_t>(own);
  }

  // The caller's groups, among others.
  void give_groups(int groups, int own, int attached) {
    std::string names;
    std::string details;
    for (int i = 0; i < groups + 2; ++i) {
      const std::string group = fmt::format(
          "<Path>/</Path><GroupName>g{0}</GroupName><GroupId>AGPA{0}</GroupId>"
          "<Arn>arn:aws:iam::111122223333:group/g{0}</Arn>",
          i);
      std::string policies;
      std::string policy_names;
      for (int j = 0; j < own; ++j) {
        policies += fmt::format(
            "<member><PolicyName>own{}</PolicyName><PolicyDocument>{}</PolicyDocument></member>", j,
            kNone);
        policy_names += fmt::format("<member>own{}</member>", j);
      }
      const std::string name = fmt::format("g{}", i);
      const std::string all_attached = attach(i < groups ? attached : 0);
      details += "<member>" + group + "<GroupPolicyList>" + policies +
                 "</GroupPolicyList><AttachedManagedPolicies>" + all_attached +
                 "</AttachedManagedPolicies></member>";
      aws_.set("ListGroupPolicies " + name, "<PolicyNames>" + policy_names + "</PolicyNames>");
      aws_.set("ListAttachedGroupPolicies " + name,
               "<AttachedPolicies>" + all_attached + "</AttachedPolicies>");
      if (i < groups) names += "<member>" + group + "</member>";
    }
    aws_.set("ListGroupsForUser ci", "<Groups>" + names + "</Groups>");
    aws_.set("GetAccountAuthorizationDetails Group",
             "<GroupDetailList>" + details + "</GroupDetailList><IsTruncated>false</IsTruncated>");
    documents_ += static_cast<std::size_t>(groups * own);
  }

  // Further managed policies.
  std::string attach(int count) {
    std::string attached;
    for (; count > 0; --count) {
      const std::string arn = fmt::format("arn:aws:iam::111122223333:policy/p{}", managed_++);
      attached += "<member><PolicyName>p</PolicyName><PolicyArn>" + arn + "</PolicyArn></member>";
      heads_ += "<member><PolicyName>p</PolicyName><Arn>" + arn +
                "</Arn><DefaultVersionId>v7</DefaultVersionId></member>";
      aws_.set("GetPolicyVersion " + arn,
               fmt::format("<PolicyVersion><Document>{}</Document><VersionId>v7</VersionId>"
                           "<IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>",
                           kNone));
      ++documents_;
    }
    aws_.set("ListPolicies All",
             "<Policies>" + heads_ + "</Policies><IsTruncated>false</IsTruncated>");
    return attached;
  }

  // The trust policy of a role that is asked for is a document, too.
  void give_role(const std::string& name, const std::string& trusted) {
    aws_.set("GetRole " + name, fmt::format("<Role><RoleName>{0}</RoleName><Path>/</Path>"
                                            "<RoleId>AROA{0}</RoleId><Arn>"
                                            "arn:aws:iam::111122223333:role/{0}</Arn>"
                                            "<AssumeRolePolicyDocument>{1}"
                                            "</AssumeRolePolicyDocument></Role>",
                                            name, trusted));
  }

  // The organization below its root, each with its parent.
  void give_tree(const std::map<std::string, std::string>& parents) {
    for (const auto& [child, parent] : parents) {
      aws_.set("ListParents " + child, fmt::format(R"({{"Parents": [{{"Id": "{}"}}]}})", parent));
    }
    aws_.set("ListRoots", R"({"Roots": [{"Id": "r-1", "PolicyTypes": [
        {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"},
        {"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}]}]})");
    levels_ = parents.size() + 1;
    ++documents_;  // The one that is attached at all levels.
  }

  void use_long_term_key() { set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"); }

  [[nodiscard]] std::size_t budget(std::size_t roles) const {
    return 8 + documents_ + roles + 3 * levels_;
  }

  // All but those that get credentials. Each is another one, and `-v` lists them.
  std::vector<std::string> calls_of(std::vector<std::string> more) {
    const std::size_t before = server_.requests().size();
    more.insert(more.begin(), {"explain", "--live", "-v"});
    const auto result = run(std::move(more));
    EXPECT_NE(result.out, "") << result.err;
    std::vector<std::string> calls;
    const auto requests = server_.requests();
    for (std::size_t i = before; i < requests.size(); ++i) {
      if (requests[i].form()["Action"] == "AssumeRole") continue;
      calls.push_back(requests[i].header("X-Amz-Target") + requests[i].path + requests[i].body);
    }
    const auto lines = std::count(result.err.begin(), result.err.end(), '\n');
    EXPECT_EQ(static_cast<std::size_t>(lines), calls.size()) << result.err;
    const std::set<std::string> different(calls.begin(), calls.end());
    EXPECT_EQ(different.size(), calls.size()) << result.err;
    last_ = result.out;
    return calls;
  }
  std::vector<std::string> calls_for_deploy(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--to", kDeploy, "--role-account-profile", "ops"});
    return calls_of(std::move(more));
  }

  static constexpr const char* kNone = R"({"Statement": []})";
  std::size_t documents_ = 0;
  std::size_t levels_ = 0;  // That may be read.
  std::string last_;        // What was answered.

 private:
  int managed_ = 0;
  std::string heads_;
};

TEST_F(CallBudget, HoldsForAUser) {
  EXPECT_LE(calls_for_deploy().size(), budget(1));
  use_long_term_key();
  EXPECT_LT(calls_for_deploy().size(), budget(1));
}

TEST_F(CallBudget, HoldsForAUserInThreeGroups) {
  give_groups(3, 0, 1);
  EXPECT_EQ(calls_for_deploy().size(), budget(1));
  // The key of a user is asked for the user at once: even the trust policy costs nothing more.
  use_long_term_key();
  EXPECT_EQ(calls_for_deploy().size(), budget(0));
}

TEST_F(CallBudget, SpendsNothingOnWhatGroupsHoldThemselves) {
  use_long_term_key();
  constexpr std::size_t kGroups = 3;
  constexpr std::size_t kOwn = 2;
  give_groups(kGroups, kOwn, 1);
  EXPECT_EQ(calls_for_deploy().size(), budget(0) - kGroups * kOwn);
}

TEST_F(CallBudget, HoldsForARole) {
  aws_.set("GetCallerIdentity",
           "<Arn>arn:aws:sts::111122223333:assumed-role/ci/s</Arn><Account>111122223333</Account>");
  give_role("ci", kNone);
  documents_ = 0;
  give_policies("Role", "ci", 2, 3);
  EXPECT_LE(calls_for_deploy().size(), budget(0));
}

TEST_F(CallBudget, HoldsForTheRolesOfATask) {
  aws_.set("DescribeTaskDefinition web", R"({"taskDefinition": {
      "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1",
      "taskRoleArn": "arn:aws:iam::111122223333:role/task",
      "executionRoleArn": "arn:aws:iam::111122223333:role/pull"}})");
  give_role("task", kNone);
  give_role("pull", kNone);
  give_groups(3, 0, 1);
  use_long_term_key();
  EXPECT_LE(calls_of({"--service", "ecs-task", "web"}).size(), budget(2));
}

TEST_F(CallBudget, HoldsOverSeveralCallersOfOneRun) {
  aws_.set("GetPipeline ship", R"({"pipeline": {"roleArn": "arn:aws:iam::111122223333:role/pipe",
      "stages": [{"actions": [{"roleArn": "arn:aws:iam::111122223333:role/act"}]}]}})");
  give_role("pipe", kNone);
  give_role("act", kNone);
  give_policies("Role", "pipe", 0, 2);
  give_groups(1, 0, 0);
  // Two questions.
  EXPECT_LE(calls_of({"--service", "codepipeline", "ship"}).size(), 8 + budget(2));
}

TEST_F(CallBudget, AddsThreeForEachLevelOfTheOrganization) {
  give_tree({{"444455556666", "ou-3"},
             {"111122223333", "ou-1"},
             {"ou-3", "ou-2"},
             {"ou-2", "ou-1"},
             {"ou-1", "r-1"}});
  give_groups(3, 0, 1);
  EXPECT_LE(calls_for_deploy({"--management-profile", "ops"}).size(), budget(0));
}

TEST_F(CallBudget, GrowsWhereGroupsMayNotBeListed) {
  constexpr std::size_t kGroups = 2;
  give_groups(kGroups, 0, 1);
  const std::size_t listed = calls_for_deploy().size();
  const std::string answer = last_;
  aws_.set("GetAccountAuthorizationDetails Group", "!AccessDenied");
  EXPECT_EQ(calls_for_deploy().size(), listed + 2 * kGroups);
  EXPECT_EQ(last_, answer);
}

TEST_F(CallBudget, AsksAnotherWayWhereAUserMayNotSeeItself) {
  use_long_term_key();
  aws_.set("GetUser", "!AccessDenied");
  const auto calls = calls_for_deploy();
  EXPECT_EQ(
      std::count_if(calls.begin(), calls.end(),
                    [](const std::string& each) { return each.find("GetUser&") != each.npos; }),
      1);
  EXPECT_NE(last_.find("  - user `ci` of account 111122223333: AWS refused `iam:GetUser` to "
                       "arn:aws:iam::111122223333:user/ci\n"),
            std::string::npos)
      << last_;
  // Whoever is asked about, it is a user that is not this one.
  const auto other = calls_for_deploy({"--from", "arn:aws:iam::111122223333:role/other"});
  EXPECT_EQ(
      std::count_if(other.begin(), other.end(),
                    [](const std::string& each) { return each.find("GetUser&") != each.npos; }),
      0);
}

}  // namespace
}  // namespace rolecall
