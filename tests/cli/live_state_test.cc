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

TEST_F(LiveProgram, AsksNothingUnlessToldTo) {
  const auto result =
      run({"explain", "--from", "arn:aws:iam::111122223333:user/ci", "--to", kDeploy});
  EXPECT_EQ(result.status, 5);
  EXPECT_TRUE(server_.requests().empty());
}

}  // namespace
}  // namespace rolecall::cli
