// SPDX-License-Identifier: Apache-2.0
// Credentials in every form they come in, and everywhere they could end up.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "live_program.h"

namespace rolecall {
namespace {

namespace fs = std::filesystem;

// As much as there is: a process may end while a file about it is read.
std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string core_pattern() {
  return text_of("/proc/sys/kernel/core_pattern");
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
    return answer_unseen(request);
  }

  ServedAnswer answer_unseen(const ServedRequest& request) {
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

// Programs that a signal hits where cores may be as large as they like.
class Cores : public Secrets {
 protected:
  // What is left of one.
  struct Remains {
    int status = 0;  // Of waitpid.
    fs::path folder{};
    [[nodiscard]] bool dumped() const { return WIFSIGNALED(status) && WCOREDUMP(status); }
  };

  // Runs it in a folder of its own, and sends the signal when `ready`.
  template <typename Ready>
  Remains run_into(int signal, std::vector<std::string> command, Ready ready) {
    Remains remains;
    remains.folder = folder_.path() / fmt::format("run{}", ++runs_);
    fs::create_directories(remains.folder);
    // The sanitizer would forbid cores by itself, and take some signals for its own.
    std::vector<std::string> words = {
        "/bin/sh", "-c",
        "cd \"$0\" && ulimit -c unlimited && export "
        "ASAN_OPTIONS=disable_coredump=0:handle_segv=0:handle_abort=0 && exec \"$@\" "
        ">out 2>err </dev/null",
        remains.folder.string()};
    words.insert(words.end(), command.begin(), command.end());
    std::vector<char*> argv;
    for (std::string& each : words) argv.push_back(each.data());
    argv.push_back(nullptr);
    pid_t process = 0;
    if (posix_spawn(&process, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return remains;
    if (ready(process)) kill(process, signal);
    let_go();
    waitpid(process, &remains.status, 0);
    return remains;
  }

  // One that has the same secrets in its environment, and none of the precautions.
  Remains run_control(int signal) {
    return run_into(signal, {"sleep", "60"}, [](pid_t process) {
      const std::string name = fmt::format("/proc/{}/comm", process);
      while (text_of(name) != "sleep\n") {
        // It ends by itself where the limit may not be raised.
        siginfo_t ended{};
        const bool asked =
            waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0;
        if (!asked || ended.si_pid != 0) return false;
        pause_a_little();
      }
      return true;
    });
  }

  // The program, when it waits for the answer to this call.
  Remains run_rolecall(int signal, const std::string& action, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_path());
    hold(action);
    return run_into(signal, std::move(arguments), [this](pid_t /*process*/) {
      std::unique_lock lock(held_mutex_);
      return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return is_held_; });
    });
  }

  ServedAnswer answer(const ServedRequest& request) override {
    std::unique_lock lock(held_mutex_);
    if (!held_.empty() && request.form()["Action"] == held_) {
      is_held_ = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return held_.empty(); });
    }
    return answer_unseen(request);
  }

  // Everything that it left, its cores among that.
  std::string left(const Remains& remains) {
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(remains.folder)) {
      if (!entry.is_regular_file()) continue;
      all += entry.path().filename().string() + "\n" + text_of(entry.path());
    }
    return all;
  }

 private:
  static void pause_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }

  void hold(const std::string& action) {
    const std::lock_guard lock(held_mutex_);
    held_ = action;
    is_held_ = false;
  }
  void let_go() {
    const std::lock_guard lock(held_mutex_);
    held_.clear();
    changed_.notify_all();
  }

  int runs_ = 0;
  std::mutex held_mutex_;
  std::condition_variable changed_;
  std::string held_;  // The call that is not answered for now.
  bool is_held_ = false;
};

TEST_F(Cores, HoldNoSecretForThereAreNone) {
  for (const int signal : {SIGABRT, SIGSEGV}) {
    const Remains control = run_control(signal);
    if (!control.dumped()) GTEST_SKIP() << "nothing leaves a core here: " << core_pattern();
    // Where cores are written beside the program, the control's has what is searched for.
    if (core_pattern().starts_with("core")) {
      EXPECT_NE(left(control).find(kSecret), std::string::npos);
    }
    const std::vector<std::pair<std::string, std::vector<std::string>>> moments = {
        {"GetCallerIdentity", {"explain", "--live", "--to", kDeploy}},
        {"GetUser", {"explain", "--profile", "keys", "--to", kDeploy}},
        {"GetRole", {"explain", "--live", "--to", kDeploy, "--role-account-profile", "ops"}},
        {"AssumeRoleWithWebIdentity",
         {"fix", "--profile", "web", "--to", kDeploy, "--print", "diff"}},
        {"GetAccountAuthorizationDetails", {"collect", "estate", "--profile", "process"}},
        {"AssumeRole",
         {"assume", kDeploy, "--mfa-serial", "arn:aws:iam::1:mfa/ci", "--mfa-code", code_}}};
    for (const auto& [action, arguments] : moments) {
      const Remains remains = run_rolecall(signal, action, arguments);
      ASSERT_TRUE(WIFSIGNALED(remains.status) && WTERMSIG(remains.status) == signal)
          << action << left(remains);
      EXPECT_FALSE(remains.dumped()) << action;
      expect_no_secret(action, left(remains));
    }
  }
}

// What `assume` starts is not rolecall: its cores are its own affair, as its limits were.
TEST_F(Cores, AreForbiddenToNobodyElse) {
  if (!run_control(SIGABRT).dumped())
    GTEST_SKIP() << "nothing leaves a core here: " << core_pattern();
  const Remains remains =
      run_into(0, {program_path(), "assume", kDeploy, "--exec", "sh", "-c", "kill -ABRT $$"},
               [](pid_t /*process*/) { return false; });
  EXPECT_TRUE(remains.dumped()) << left(remains);
}

}  // namespace
}  // namespace rolecall
