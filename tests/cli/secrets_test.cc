// SPDX-License-Identifier: Apache-2.0
// Credentials in every form they come in, and everywhere they could end up.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "live_program.h"

namespace rolecall {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// While the program waits for an answer, it is looked at from outside.
class Secrets : public LiveProgram {
 protected:
  Secrets() {
    set("HOME", (folder_.path() / "home").string());
    set("AWS_ROLE_SESSION_NAME", "web");
    const std::string process =
        folder_.write("given/process.json", R"({"Version": 1, "AccessKeyId": "AKIAPROCESSEXAMPLE",
        "SecretAccessKey": "processsecretEXAMPLE", "SessionToken": "processtokenEXAMPLE"})");
    const std::string token = folder_.write("given/token", "headEXAMPLE.bodyEXAMPLE.signEXAMPLE");
    code_ = folder_.write("given/code", "492039\n");
    set("AWS_CONFIG_FILE",
        folder_.write("given/config",
                      "[profile ops]\nrole_arn = arn:aws:iam::444455556666:role/r\n"
                      "credential_source = Environment\n"
                      "[profile keys]\naws_access_key_id = AKIAFILEEXAMPLE\n"
                      "aws_secret_access_key = filesecretEXAMPLE\n"
                      "[profile process]\ncredential_process = cat " +
                          process +
                          "\n"
                          "[profile web]\nrole_arn = arn:aws:iam::111122223333:role/web\n"
                          "web_identity_token_file = " +
                          token + "\n"));
  }

  ServedAnswer answer(const ServedRequest& request) override {
    look_at_processes();
    if (request.form()["Action"] != "AssumeRoleWithWebIdentity") {
      return LiveProgram::answer(request);
    }
    return {200,
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
            "<AccessKeyId>ASIAWEBEXAMPLE</AccessKeyId><SecretAccessKey>websecretEXAMPLE"
            "</SecretAccessKey><SessionToken>webtokenEXAMPLE</SessionToken></Credentials>"
            "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"};
  }

  // The command lines of all, and whether those of ours may leave a core.
  void look_at_processes() {
    std::string lines;
    const std::string parent = " " + std::to_string(getpid()) + " ";
    for (const auto& entry : fs::directory_iterator("/proc")) {
      if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) {
        continue;
      }
      lines += text_of(entry.path() / "cmdline") + "\n";
      // `PID (NAME) STATE PARENT ...`
      const std::string state = text_of(entry.path() / "stat");
      const std::size_t name = state.rfind(')');
      if (name == std::string::npos || state.find(parent, name) != name + 3) continue;
      ++looked_at_;
      const std::string limits = text_of(entry.path() / "limits");
      const std::size_t core = limits.find("Max core file size");
      const bool none =
          core != std::string::npos && limits[limits.find_first_not_of(' ', core + 18)] == '0';
      if (!none) ++may_leave_a_core_;
    }
    const std::lock_guard lock(mutex_);
    seen_ += lines;
  }

  void expect_no_secret(const std::string& where, const std::string& text) {
    for (const char* secret :
         {kSecret, kToken, "AKIDEXAMPLE", "madesecret", "madetoken", "filesecretEXAMPLE",
          "AKIAFILEEXAMPLE", "processsecretEXAMPLE", "processtokenEXAMPLE", "AKIAPROCESSEXAMPLE",
          "websecretEXAMPLE", "webtokenEXAMPLE", "ASIAWEBEXAMPLE", "headEXAMPLE", "bodyEXAMPLE",
          "signEXAMPLE", "492039"}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << where;
    }
  }

  std::string code_;
  std::atomic<int> looked_at_ = 0;
  std::atomic<int> may_leave_a_core_ = 0;
  std::mutex mutex_;
  std::string seen_;
};

TEST_F(Secrets, AreNowhereButInMemory) {
  const std::string estate = (folder_.path() / "estate").string();
  int number = 0;
  for (const char* profile : {"keys", "process", "web", "ops"}) {
    const std::string saved = (folder_.path() / ("saved" + std::to_string(++number))).string();
    const std::vector<std::vector<std::string>> commands = {
        {"explain", "--profile", profile, "--to", kDeploy, "--role-account-profile", "ops", "-v",
         "--save", saved},
        {"explain", "--profile", profile, "--service", "lambda", "resize", "--format", "json"},
        {"fix", "--profile", profile, "--to", kDeploy, "--role-account-profile", "ops",
         "--output-dir", saved + "-fixed"},
        {"collect", estate, "--profile", profile},
        {"assume", kDeploy, "--profile", profile, "--mfa-serial", "arn:aws:iam::1:mfa/ci",
         "--mfa-code", code_},
        {"run", "--profile", profile, "--", "sh", "-c", "echo AccessDenied >&2; exit 1"}};
    for (const auto& command : commands) {
      const auto result = run(command);
      expect_no_secret(command[0] + " " + profile, result.out + result.err);
    }
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
    const bool given = entry.path().string().find("/given/") != std::string::npos;
    if (entry.is_regular_file() && !given) {
      expect_no_secret(entry.path().string(), text_of(entry.path()));
    }
  }
  expect_no_secret("the list of processes", seen_);
  EXPECT_GT(looked_at_, 20);
  EXPECT_EQ(may_leave_a_core_, 0);
}

}  // namespace
}  // namespace rolecall
