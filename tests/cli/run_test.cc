// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "live_program.h"

namespace rolecall {
namespace {

constexpr const char* kDenied =
    "An error occurred (AccessDenied) when calling the AssumeRole operation: User: "
    "arn:aws:iam::111122223333:user/ci is not authorized to perform: sts:AssumeRole on resource: "
    "arn:aws:iam::444455556666:role/x/deploy";

class RunCommand : public LiveProgram {
 protected:
  ProgramResult run_script(const std::string& script, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments = {"run"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"--", "sh", "-c", script, "--live"});
    return run(std::move(arguments));
  }
};

TEST_F(RunCommand, LeavesOutputAndStatusAlone) {
  const auto result = run_script("echo out; echo err >&2; echo $0; printf half >&2; exit 7");
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.out, "out\n--live\n");
  EXPECT_EQ(result.err, "err\nhalf");
  EXPECT_EQ(run_script("exit 0").status, 0);
  EXPECT_EQ(run_script("kill -9 $$").status, 137);
}

TEST_F(RunCommand, LeavesIgnoredWhatWasIgnored) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  EXPECT_EQ(run_script("kill -HUP $$; exit 4").status, 4);
  std::signal(SIGHUP, before);
}

TEST_F(RunCommand, PassesOnMoreThanItKeeps) {
  const auto result = run_script("head -c 5000000 /dev/zero | tr '\\0' x >&2; exit 1");
  EXPECT_EQ(result.err.size(), 5'000'000U);
}

TEST_F(RunCommand, ExplainsADenialBelowIt) {
  const std::string denied = kDenied;
  const auto result = run_script("echo '" + denied + "' >&2; exit 254");
  EXPECT_EQ(result.status, 254);
  EXPECT_TRUE(result.err.starts_with(denied + "\n\n")) << result.err;
  EXPECT_NE(result.err.find("arn:aws:iam::444455556666:role/x/deploy", denied.size() + 1),
            std::string::npos);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(RunCommand, ExplainsItWithLiveState) {
  const std::string denied = kDenied;
  const auto result =
      run_script("echo '" + denied + "' >&2; exit 1", {"--live", "--role-account-profile", "ops"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("--> aws:/444455556666.roles.json:"), std::string::npos) << result.err;
}

TEST_F(RunCommand, ExplainsADenialThatMuchFollows) {
  const std::string denied = kDenied;
  const auto result = run_script("echo '" + denied +
                                 "' >&2; head -c 5000000 /dev/zero | tr '\\0' '\\n' >&2; exit 1");
  EXPECT_NE(result.err.find("\nUnknown: "), std::string::npos);
}

TEST_F(RunCommand, DoesNotWaitForWhatTheCommandLeftBehind) {
  const std::string denied = kDenied;
  const auto begin = std::chrono::steady_clock::now();
  const auto result = run_script("sleep 20 >&1 & echo '" + denied + "' >&2; exit 4");
  EXPECT_EQ(result.status, 4);
  EXPECT_NE(result.err.find("\nUnknown: "), std::string::npos) << result.err;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST_F(RunCommand, SaysNothingOfADenialThatWasGotOver) {
  const std::string denied = kDenied;
  EXPECT_EQ(run_script("echo '" + denied + "' >&2").err, denied + "\n");
}

TEST_F(RunCommand, SaysNothingOfACommandThatFailsInSilence) {
  for (const char* script : {"exit 3", "echo >&2; exit 3", "kill -9 $$"}) {
    const auto result = run_script(script);
    EXPECT_NE(result.status, 0);
    EXPECT_TRUE(result.err.empty() || result.err == "\n") << result.err;
  }
}

TEST_F(RunCommand, SaysWhereTheCommandStands) {
  const auto result = run({"run", "false"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err,
            "error: The following argument was not expected: false\n"
            "  = help: write it behind --, as in rolecall run -- false\n");
  const auto option = run({"run", "--profle", "x", "--", "false"});
  EXPECT_NE(option.err.find("did you mean `--profile`?"), std::string::npos) << option.err;
}

TEST_F(RunCommand, ExplainsFromTheTextWhereAwsTellsNothing) {
  const std::string denied = kDenied;
  const auto result = run_script("echo '" + denied + "' >&2; exit 1", {"--profile", "nosuch"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("there is no profile `nosuch`\n"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("\nUnknown: "), std::string::npos) << result.err;
}

TEST_F(RunCommand, SaysWhatIsWrongWithTheEstate) {
  const std::string denied = kDenied;
  const std::string file = folder_.write("broken.json", "{");
  const auto result = run_script("echo '" + denied + "' >&2; exit 1", {"--estate", file});
  EXPECT_NE(result.err.find("error[RC0200]"), std::string::npos) << result.err;
}

TEST_F(RunCommand, SaysThatACommandCannotBeStarted) {
  const auto absent = run({"run", "--", "no-such-program-here"});
  EXPECT_EQ(absent.status, 127);
  EXPECT_EQ(absent.err,
            "error: `no-such-program-here` cannot be started: No such file or directory\n");
  EXPECT_EQ(run({"run", "--", folder_.write("text", "no program")}).status, 126);
  EXPECT_EQ(run({"run"}).status, 2);
  EXPECT_EQ(run({"run", "--"}).status, 2);
}

}  // namespace
}  // namespace rolecall
