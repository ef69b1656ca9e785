// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "live_program.h"

namespace rolecall {
namespace {

// STS, which refuses roles whose name is in the table.
class AssumeProgram : public LiveProgram {
 protected:
  AssumeProgram() {
    set("AWS_REGION", "eu-west-1");
    set("AWS_PROFILE", "");
  }

  ServedAnswer answer(const ServedRequest& request) override {
    auto form = request.form();
    if (form["Action"] != "AssumeRole") return LiveProgram::answer(request);
    const std::string role = form["RoleArn"];
    if (role == refused_) {
      return {403,
              "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: "
              "arn:aws:iam::111122223333:user/ci is not authorized to perform: sts:AssumeRole on "
              "resource: " +
                  role + "</Message></Error></ErrorResponse>"};
    }
    if (role.ends_with("/broken")) {
      return {400,
              "<ErrorResponse><Error><Code>ValidationError</Code><Message>1 validation error: "
              "blue-7 and 123456</Message></Error></ErrorResponse>"};
    }
    const std::string name = role.substr(role.rfind('/') + 1);
    const std::string key = name == "r" ? "OPS" : name;  // Of the profile `ops`.
    return {200, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA" + key +
                     "</AccessKeyId><SecretAccessKey>made'secret</SecretAccessKey><SessionToken>"
                     "madetoken</SessionToken><Expiration>2026-11-27T12:00:00Z</Expiration>"
                     "</Credentials><AssumedRoleUser><Arn>arn:aws:sts::444455556666:assumed-role/" +
                     name + "/me</Arn></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"};
  }

  // The AssumeRole calls that were made, each with who signed it.
  std::vector<std::map<std::string, std::string>> calls() const {
    std::vector<std::map<std::string, std::string>> all;
    for (const ServedRequest& request : server_.requests()) {
      auto form = request.form();
      if (form["Action"] != "AssumeRole") continue;
      const std::string signed_by = request.header("Authorization");
      const std::size_t begin = signed_by.find('=') + 1;
      form["by"] = signed_by.substr(begin, signed_by.find('/', begin) - begin);
      all.push_back(std::move(form));
    }
    return all;
  }

  std::string refused_;
};

constexpr const char* kDirect = "arn:aws:iam::444455556666:role/direct";
constexpr const char* kNext = "arn:aws:iam::444455556666:role/next";

TEST_F(AssumeProgram, PassesEveryParameterOn) {
  const std::string policy = folder_.write("policy.json", R"({"Statement":[]})");
  const std::string code = folder_.write("code", "123456\n");
  const auto result = run({"assume",
                           kDirect,
                           "--session-name",
                           "me",
                           "--external-id",
                           "blue-7",
                           "--tag",
                           "team=blue=1",
                           "--tag",
                           "stage=",
                           "--transitive-tag",
                           "team",
                           "--source-identity",
                           "ann",
                           "--duration",
                           "900",
                           "--session-policy",
                           policy,
                           "--mfa-serial",
                           "arn:aws:iam::111122223333:mfa/ci",
                           "--mfa-code",
                           code});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "Assumed: arn:aws:sts::444455556666:assumed-role/direct/me, until "
            "2026-11-27T12:00:00Z\n");
  ASSERT_EQ(calls().size(), 1U);
  auto form = calls()[0];
  const std::map<std::string, std::string> expected = {
      {"RoleArn", kDirect},
      {"RoleSessionName", "me"},
      {"ExternalId", "blue-7"},
      {"Tags.member.1.Key", "team"},
      {"Tags.member.1.Value", "blue=1"},
      {"Tags.member.2.Key", "stage"},
      {"Tags.member.2.Value", ""},
      {"TransitiveTagKeys.member.1", "team"},
      {"SourceIdentity", "ann"},
      {"DurationSeconds", "900"},
      {"Policy", R"({"Statement":[]})"},
      {"SerialNumber", "arn:aws:iam::111122223333:mfa/ci"},
      {"TokenCode", "123456"},
      {"by", "AKIDEXAMPLE"}};
  for (const auto& [name, value] : expected) EXPECT_EQ(form[name], value) << name;
  EXPECT_EQ(form.size(), expected.size() + 2);  // Action and Version.
}

TEST_F(AssumeProgram, GoesOverSeveralRoles) {
  const auto result = run({"assume", kDirect, kNext, "--external-id", "blue-7", "--source-identity",
                           "ann", "--duration", "900"});
  EXPECT_EQ(result.status, 0) << result.err;
  ASSERT_EQ(calls().size(), 2U);
  auto first = calls()[0];
  auto second = calls()[1];
  EXPECT_EQ(first["RoleArn"], kDirect);
  EXPECT_EQ(first["SourceIdentity"], "ann");
  EXPECT_FALSE(first.contains("ExternalId") || first.contains("DurationSeconds"));
  EXPECT_EQ(second["RoleArn"], kNext);
  EXPECT_EQ(second["ExternalId"], "blue-7");
  EXPECT_EQ(second["DurationSeconds"], "900");
  EXPECT_FALSE(second.contains("SourceIdentity"));
  EXPECT_EQ(second["by"], "ASIAdirect");
}

TEST_F(AssumeProgram, HandsTheCredentialsOutInThreeWays) {
  EXPECT_EQ(run({"assume", kDirect, "--export"}).out,
            "export AWS_ACCESS_KEY_ID=ASIAdirect\n"
            "export AWS_SECRET_ACCESS_KEY='made'\\''secret'\n"
            "export AWS_SESSION_TOKEN=madetoken\n"
            "export AWS_CREDENTIAL_EXPIRATION=2026-11-27T12:00:00Z\n"
            "export AWS_REGION=eu-west-1\n");
  EXPECT_EQ(run({"assume", kDirect, "--credential-process"}).out, R"({
  "Version": 1,
  "AccessKeyId": "ASIAdirect",
  "SecretAccessKey": "made'secret",
  "SessionToken": "madetoken",
  "Expiration": "2026-11-27T12:00:00Z"
}
)");
  set("AWS_PROFILE", "ops");
  set("AWS_PROFILE", "");
  const auto result = run({"assume", kDirect, "--exec", "sh", "-c",
                           "echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN; "
                           "echo \"${AWS_PROFILE-none}\" $0; exit 7",
                           "--export"});
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.out, "ASIAdirect made'secret madetoken\nnone --export\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(run({"assume", kDirect, "--exec", "--", "sh", "-c", "exit 7"}).status, 7);
}

TEST_F(AssumeProgram, ExplainsARefusal) {
  refused_ = kDeploy;
  const auto result = run(
      {"assume", kDeploy, "--external-id", "green", "--role-account-profile", "ops", "--export"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(
      result.err.starts_with("error: `arn:aws:iam::444455556666:role/x/deploy` cannot be "
                             "assumed: AWS refused `sts:AssumeRole` to "
                             "arn:aws:iam::111122223333:user/ci\n"))
      << result.err;
  EXPECT_NE(result.err.find("\nDenied: "), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("sts:ExternalId"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("--> aws:/444455556666.roles.json:"), std::string::npos) << result.err;
}

TEST_F(AssumeProgram, ExplainsTheStepOfAChainThatIsRefused) {
  refused_ = kDeploy;
  const auto result = run({"assume", kDirect, kDeploy, "--source-identity", "ann"});
  EXPECT_EQ(result.status, 3);
  EXPECT_NE(result.err.find("arn:aws:sts::444455556666:assumed-role/direct/me"), std::string::npos)
      << result.err;
  // The role in between reads the state of its own account.
  EXPECT_NE(result.err.find("--> aws:/444455556666.roles.json:"), std::string::npos) << result.err;
}

TEST_F(AssumeProgram, FailsForOtherReasonsWithoutSecrets) {
  const auto result =
      run({"assume", "arn:aws:iam::444455556666:role/broken", "--external-id", "blue-7"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "error: `arn:aws:iam::444455556666:role/broken` cannot be assumed: `sts:AssumeRole` "
            "failed: 1 validation error: *** and 123456\n");
  const auto nobody = run({"assume", kDirect, "--mfa-serial", "arn:aws:iam::111122223333:mfa/ci",
                           "--mfa-code", (folder_.path() / "none").string()});
  EXPECT_EQ(nobody.status, 1);
}

TEST_F(AssumeProgram, WantsARoleAndOneWayOut) {
  EXPECT_EQ(run({"assume"}).status, 2);
  EXPECT_EQ(run({"assume", "deploy"}).status, 2);
  EXPECT_EQ(run({"assume", kDirect, "--export", "--credential-process"}).status, 2);
  EXPECT_EQ(run({"assume", kDirect, "--exec"}).status, 2);
  EXPECT_EQ(run({"assume", kDirect, "--exec", "--"}).status, 2);
  EXPECT_EQ(run({"assume", kDirect, "--mfa-code", "-"}).status, 2);
  EXPECT_EQ(run({"assume", kDirect, "--exec", "no-such-program-here"}).status, 1);
  EXPECT_EQ(calls().size(), 1U);
}

TEST_F(AssumeProgram, LeavesNoSecretInItsFolder) {
  ASSERT_EQ(run({"assume", kDirect}).status, 0);
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    std::ifstream in(entry.path());
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  for (const char* secret : {kSecret, kToken, "made'secret", "madetoken", "ASIAdirect"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  }
}

}  // namespace
}  // namespace rolecall
