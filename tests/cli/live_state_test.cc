// SPDX-License-Identifier: Apache-2.0
#include "cli/live_state.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <vector>

#include <gtest/gtest.h>

#include "live_program.h"

namespace rolecall::cli {
namespace {

TEST_F(LiveProgram, ExplainsWithTheCallerOfTheCredentials) {
  const auto result = run({"explain", "--live", "--to", kDeploy, "--role-account-profile", "ops"});
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_TRUE(result.out.starts_with(
      "Denied: the request has no `sts:ExternalId`, and the policy wants `blue`\n"))
      << result.out;
  EXPECT_NE(result.out.find("--> aws:/444455556666.roles.json:"), std::string::npos);
  EXPECT_NE(result.out.find("  - the organization with its SCPs and RCPs: only its management "
                            "account 999988887777 and delegated administrators may read it\n"
                            "      --management-profile PROFILE\n"),
            std::string::npos)
      << result.out;
  EXPECT_EQ(result.err, "");
}

TEST_F(LiveProgram, SaysWhichProfileIsMissing) {
  const auto result = run({"explain", "--live", "--to", kDeploy});
  EXPECT_EQ(result.status, 5);
  EXPECT_NE(result.out.find("  - role `deploy`: no profile that was named leads to account "
                            "444455556666\n      --role-account-profile PROFILE\n"),
            std::string::npos)
      << result.out;
}

TEST_F(LiveProgram, SavesACaseThatIsAnsweredTheSameOffline) {
  const std::string saved = (folder_.path() / "case").string();
  const auto live = run({"explain", "--live", "--to", kDeploy, "--role-account-profile", "ops",
                         "--save", saved, "--format", "json"});
  ASSERT_EQ(live.status, 3) << live.err;
  const std::size_t asked = server_.requests().size();
  const auto offline = run({"explain", "--from", "arn:aws:iam::111122223333:user/ci", "--to",
                            kDeploy, "--estate", saved, "--format", "json"});
  EXPECT_EQ(offline.status, 3) << offline.err;
  EXPECT_EQ(server_.requests().size(), asked);
  // All but what was not read, which only the live run knows.
  const auto until_unknowns = [](const std::string& text) {
    return text.substr(0, text.find("\"unknowns\""));
  };
  EXPECT_EQ(until_unknowns(offline.out), until_unknowns(live.out));
}

TEST_F(LiveProgram, KeepsSecretsToItself) {
  const std::string saved = (folder_.path() / "case").string();
  const auto result = run({"explain", "--live", "--to", kDeploy, "--role-account-profile", "ops",
                           "--save", saved, "-v"});
  std::string all = result.out + result.err;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(saved)) {
    std::ifstream in(entry.path());
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  EXPECT_NE(result.err.find("iam:GetUser ci: answered"), std::string::npos) << result.err;
  for (const char* secret : {kSecret, kToken, "madesecret", "madetoken", "AKIDEXAMPLE"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  }
}

std::string all_files(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    all += entry.path().filename().string() + "\n";
    std::ifstream in(entry.path());
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

TEST_F(LiveProgram, SavesACaseWithoutItsNamesThatIsAnsweredAlike) {
  const std::string saved = (folder_.path() / "case").string();
  const std::vector<std::string> ask = {"explain",
                                        "--live",
                                        "--to",
                                        kDeploy,
                                        "--external-id",
                                        "harbor-7",
                                        "--tag",
                                        "team=harbor",
                                        "--role-account-profile",
                                        "ops",
                                        "--management-profile",
                                        "ops",
                                        "--format",
                                        "json"};
  std::vector<std::string> redact = ask;
  redact.insert(redact.end(), {"--save", saved, "--redact"});
  const auto live = run(redact);
  ASSERT_EQ(live.status, 3) << live.err;
  // What is shown is not redacted.
  EXPECT_EQ(live.out, run(ask).out);
  const std::string all = all_files(saved);
  for (const char* secret :
       {"111122223333", "444455556666", "999988887777", "deploy", "harbor", "blue", "\"ci\"",
        "user/ci", "\"dev\"", "\"own\"", "policy/assume", "team", "AIDA1", "ou-1"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret << "\n" << all;
  }
  const auto again = run({"explain", "--request", saved + "/request.json", "--estate",
                          saved + "/estate", "--format", "json"});
  EXPECT_EQ(again.status, 3) << again.err;
  EXPECT_EQ(again.err, "");
  const auto codes = [](const std::string& text) {
    std::string found;
    for (std::size_t at = text.find("\"code\""); at != std::string::npos;
         at = text.find("\"code\"", at + 1)) {
      found += text.substr(at, text.find('\n', at) - at) + "\n";
    }
    return found;
  };
  EXPECT_NE(codes(live.out).find("trust-condition-external-id-mismatch"), std::string::npos);
  EXPECT_EQ(codes(again.out), codes(live.out));
}

TEST_F(LiveProgram, RedactsOnlyWhatItSaves) {
  EXPECT_EQ(run({"explain", "--live", "--to", kDeploy, "--redact"}).status, 2);
  const std::string trust = folder_.write("trust.json", "{}");
  const auto both = run(
      {"explain", "--live", "--to", kDeploy, "--redact", "--save", "x", "--trust-policy", trust});
  EXPECT_EQ(both.status, 2);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(LiveProgram, WritesTheFixOfWhatWasRead) {
  const std::string fixed = (folder_.path() / "fixed").string();
  const auto result = run(
      {"fix", "--live", "--to", kDeploy, "--role-account-profile", "ops", "--output-dir", fixed});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_TRUE(std::filesystem::exists(fixed + "/request.json"));
}

TEST_F(LiveProgram, SaysWhatAFixWasNotProvenAgainst) {
  const auto result =
      run({"fix", "--live", "--to", kDeploy, "--role-account-profile", "ops", "--print", "diff"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(result.err.starts_with(
      "Not read:\n"
      "  - the organization with its SCPs and RCPs: only its management account 999988887777 and "
      "delegated administrators may read it\n"
      "      --management-profile PROFILE\n"))
      << result.err;
}

TEST_F(LiveProgram, SavesIntoANewFolderOnly) {
  folder_.write("exports/111122223333.gaad.json", "whole");
  const std::string exports = (folder_.path() / "exports").string();
  const auto result = run({"explain", "--live", "--to", kDeploy, "--save", exports});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "error[RC0115]: `" + exports +
                            "` is not an empty folder\n  = help: give a new folder as --save\n");
  std::ifstream in(exports + "/111122223333.gaad.json");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "whole");
  EXPECT_TRUE(server_.requests().empty());
  // A file is no folder either, and an empty folder is fine.
  EXPECT_EQ(run({"explain", "--live", "--to", kDeploy, "--save", folder_.write("f", "x")}).status,
            1);
  std::filesystem::create_directories(folder_.path() / "empty");
  EXPECT_EQ(
      run({"explain", "--live", "--to", kDeploy, "--save", (folder_.path() / "empty").string()})
          .status,
      5);
}

TEST_F(LiveProgram, MixesNoFilesWithWhatAwsSaysNow) {
  const std::string file = folder_.write("old.json", "{}");
  const std::string message =
      "error: --estate is not mixed with what AWS says now: it may be out of date\n"
      "  = help: keep what is read with --save DIR, and then ask offline with both as --estate\n";
  const auto explained = run({"explain", "--profile", "ops", "--to", kDeploy, "--estate", file});
  EXPECT_EQ(explained.status, 2);
  EXPECT_EQ(explained.err, message);
  const auto fixed = run({"fix", "--live", "--to", kDeploy, "--estate", file, "--output-dir", "x"});
  EXPECT_EQ(fixed.status, 2);
  EXPECT_EQ(fixed.err, message);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(LiveProgram, WantsALiveOptionToSaveSomething) {
  const auto result = run(
      {"explain", "--from", "arn:aws:iam::111122223333:user/ci", "--to", kDeploy, "--save", "x"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err,
            "error: --save keeps what was read from AWS, and AWS is not asked\n"
            "  = help: add --live, or a profile\n");
  for (const char* option :
       {"--profile", "--role-account-profile", "--management-profile", "--save"}) {
    EXPECT_EQ(run({"explain", "--live", "--to", kDeploy, option, ""}).status, 2) << option;
  }
}

// A function, whose role trusts Lambda, of the caller's account.
class ServiceProgram : public LiveProgram {
 protected:
  ServiceProgram() {
    aws_.set(kFunction, R"({"FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:resize",
                            "Role": "arn:aws:iam::111122223333:role/resize"})");
    give_role("resize", "Service", "lambda.amazonaws.com");
  }

  void give_role(const std::string& name, const std::string& kind, const std::string& trusted) {
    aws_.set("GetRole " + name, "<Role><RoleName>" + name +
                                    "</RoleName><Arn>arn:aws:iam::111122223333:role/" + name +
                                    R"(</Arn><AssumeRolePolicyDocument>{"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {")" +
                                    kind + "\": \"" + trusted +
                                    R"("}, "Action": "sts:AssumeRole"}})"
                                    "</AssumeRolePolicyDocument></Role>");
    aws_.set("ListRolePolicies " + name, "<PolicyNames/>");
    aws_.set("ListAttachedRolePolicies " + name, "<AttachedPolicies/>");
  }

  static constexpr const char* kFunction = "/2015-03-31/functions/resize/configuration";
};

TEST_F(ServiceProgram, FindsTheRoleAndChecksThatItMayBePassed) {
  const auto result = run({"explain", "--live", "--service", "lambda", "resize"});
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_NE(result.out.find("user `ci` of 111122223333 -> role `resize` of 111122223333, "
                            "iam:PassRole\n"),
            std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("✓ role trust policy"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("[passrole-no-allow]"), std::string::npos);
  const auto fixed = run({"fix", "--live", "--service", "lambda", "resize", "--print", "aws"});
  EXPECT_EQ(fixed.status, 0) << fixed.err;
  EXPECT_NE(fixed.out.find("iam:PassRole"), std::string::npos) << fixed.out;
  // The RCPs above the role bear on no call that passes it.
  for (const std::string& each : aws_.asked()) EXPECT_EQ(each.find("RESOURCE_CONTROL"), each.npos);
}

TEST_F(ServiceProgram, SeesThatTheRoleTrustsAnotherService) {
  give_role("resize", "Service", "ec2.amazonaws.com");
  const auto result = run({"explain", "--live", "--service", "lambda", "resize"});
  EXPECT_NE(result.out.find("✗ role trust policy"), std::string::npos) << result.out;
}

TEST_F(ServiceProgram, AsksForEveryRoleOfAPipeline) {
  aws_.set("GetPipeline ship", R"({"pipeline": {"roleArn": "arn:aws:iam::111122223333:role/pipe",
      "stages": [{"actions": [{"roleArn": "arn:aws:iam::111122223333:role/act"}]}]}})");
  give_role("pipe", "Service", "codepipeline.amazonaws.com");
  give_role("act", "AWS", "arn:aws:iam::111122223333:role/pipe");
  const auto result = run({"explain", "--live", "--service", "codepipeline", "ship"});
  EXPECT_NE(result.out.find("user `ci` of 111122223333 -> role `pipe` of 111122223333, "
                            "iam:PassRole\n"),
            std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("Allowed"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("role `pipe` of 111122223333 -> role `act` of 111122223333, "
                            "sts:AssumeRole\n"),
            std::string::npos)
      << result.out;
  EXPECT_EQ(result.err, "");
}

TEST_F(ServiceProgram, AnswersWithoutTheRoleWhereItMayNotBeRead) {
  aws_.set(kFunction, "!AccessDeniedException");
  const auto result = run({"explain", "--live", "--service", "lambda", "resize"});
  EXPECT_EQ(result.status, 5) << result.out << result.err;
  EXPECT_NE(result.out.find("  - function `resize`: AWS refused `lambda:GetFunctionConfiguration` "
                            "to arn:aws:iam::111122223333:user/ci\n"),
            std::string::npos)
      << result.out;
  aws_.set(kFunction, "!ResourceNotFoundException");
  const auto missing = run({"explain", "--live", "--service", "lambda", "resize"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_EQ(missing.err,
            "error: there is no function `resize`: `lambda:GetFunctionConfiguration` failed: m\n");
}

TEST_F(ServiceProgram, TellsWhichOptionsDoNotGoTogether) {
  const auto fault = [&](std::vector<std::string> more) {
    more.insert(more.begin(), "explain");
    const auto result = run(std::move(more));
    EXPECT_EQ(result.status, 2) << result.err;
    return result.err.substr(0, result.err.find('\n'));
  };
  EXPECT_EQ(fault({"--live", "--service", "glue", "x"}),
            "error: `glue` is nothing whose roles can be found");
  EXPECT_EQ(fault({"--from", "arn:aws:iam::111122223333:user/ci", "--service", "lambda", "x"}),
            "error: --service asks AWS which roles are used, and AWS is not asked");
  EXPECT_EQ(fault({"--live", "--service", "lambda", "x", "--to", kDeploy}),
            "error: --service finds the question by itself");
  EXPECT_EQ(fault({"--role-account-profile", "ops", "--service", "lambda", "x"}),
            "error: it is not known who passes the roles");
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(LiveProgram, AsksNobodyWhoseAccountIsNone) {
  aws_.set("GetCallerIdentity",
           "<Arn>arn:aws:iam::111122223333:user/ci</Arn><Account>../x</Account>");
  const auto result = run({"explain", "--live", "--to", kDeploy});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err,
            "error[RC0451]: AWS says that the credentials are of account `../x`, which is no "
            "account id\n  = help: look at what AWS_ENDPOINT_URL names\n");
}

TEST_F(LiveProgram, TakesTheCertificatesOfTheProfileThatIsNamed) {
  set("AWS_ENDPOINT_URL", "https" + server_.url().substr(4));
  set("AWS_CA_BUNDLE", "");
  const auto result = run({"explain", "--profile", "odd", "--to", kDeploy});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("/no/such/bundle"), std::string::npos) << result.err;
}

TEST_F(LiveProgram, SavesForTheOwnerAlone) {
  const std::string saved = (folder_.path() / "case").string();
  ASSERT_EQ(run({"explain", "--live", "--to", kDeploy, "--save", saved}).status, 5);
  using std::filesystem::perms;
  for (const auto& entry : std::filesystem::directory_iterator(saved)) {
    EXPECT_EQ(entry.status().permissions(), perms::owner_read | perms::owner_write) << entry.path();
  }
}

TEST(LiveSession, LeavesNoCoreAndLetsNobodyLookIn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the search for leaks needs to look in";
#endif
  std::istringstream in;
  std::ostringstream out;
  Console console{in, out, out};
  Diagnostics diagnostics;
  LiveSession session;
  session.open(console, diagnostics);
  rlimit core{};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &core), 0);
  EXPECT_EQ(core.rlim_cur, 0U);
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
}

TEST_F(LiveProgram, FailsWithoutCredentials) {
  unsetenv("AWS_ACCESS_KEY_ID");
  const auto none = run({"explain", "--live", "--to", kDeploy});
  EXPECT_EQ(none.status, 1);
  EXPECT_TRUE(
      none.err.starts_with("error[RC0451]: profile `default` leads to no credentials\n  = help: "))
      << none.err;
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(LiveProgram, SaysThatTheRoleIsMissing) {
  const auto result = run({"explain", "--live"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err,
            "error: nothing to explain: who asks is known, and which role is not\n"
            "  = help: add --to ROLE, --service KIND NAME, or the error text\n");
}

TEST_F(LiveProgram, LooksForNoProfileInAFileThatIsTooLarge) {
  const std::string config = folder_.write("large", std::string(std::size_t{17} << 20, '#'));
  set("AWS_CONFIG_FILE", config);
  const auto result = run({"explain", "--profile", "ci", "--to", kDeploy});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("name another one in AWS_CONFIG_FILE\n"), std::string::npos);
  EXPECT_NE(result.err.find("error[RC0451]: profile `ci` was not found, and " + config +
                            " could not be read\n"),
            std::string::npos)
      << result.err;
}

TEST_F(LiveProgram, SaysThatNobodyAnswers) {
  set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  const auto result = run({"explain", "--live", "--to", kDeploy});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("  = help: look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL\n"),
            std::string::npos)
      << result.err;
}

TEST_F(LiveProgram, AsksNothingUnlessToldTo) {
  const auto result =
      run({"explain", "--from", "arn:aws:iam::111122223333:user/ci", "--to", kDeploy});
  EXPECT_EQ(result.status, 5);
  EXPECT_TRUE(server_.requests().empty());
}

}  // namespace
}  // namespace rolecall::cli
