// SPDX-License-Identifier: Apache-2.0
// Who is talked to. That the commands without AWS open no socket is checked by running the golden
// files with `without_sockets`, which is checked here.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "live_program.h"
#include "support/paths.h"

namespace rolecall {
namespace {

class Network : public LiveProgram {
 protected:
  Network() {
    set("LD_PRELOAD", connect_log_path());
    set("CONNECT_LOG", log_);
    // Of a program that is linked to its run-time library.
    set("ASAN_OPTIONS", "verify_asan_link_order=0");
    for (const char* proxy : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"}) {
      set(proxy, "");
    }
  }

  std::set<std::string> connected() const {
    std::set<std::string> all;
    std::ifstream in(log_);
    for (std::string line; std::getline(in, line);) all.insert(line);
    return all;
  }

  std::string log_ = (folder_.path() / "connected").string();
};

TEST_F(Network, ConnectsToNothingButTheEndpointThatIsNamed) {
  const std::string endpoint = server_.url().substr(std::string("http://").size());
  const std::vector<std::vector<std::string>> commands = {
      {"explain", "--live", "--to", kDeploy, "--role-account-profile", "ops"},
      {"explain", "--live", "--service", "lambda", "resize"},
      {"fix", "--live", "--to", kDeploy, "--role-account-profile", "ops", "--print", "aws"},
      {"collect", (folder_.path() / "estate").string()},
      {"assume", kDeploy, "--export"},
      {"run", "--live", "--", "sh", "-c",
       std::string("echo 'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: "
                   "sts:AssumeRole on resource: ") +
           kDeploy + "' >&2; exit 1"}};
  for (const auto& command : commands) {
    std::ofstream(log_).close();
    static_cast<void>(run(command));
    EXPECT_EQ(connected(), std::set<std::string>{endpoint}) << command[0];
  }
}

TEST_F(Network, ConnectsToNothingWithoutBeingToldTo) {
  const std::string caller = "arn:aws:iam::111122223333:user/ci";
  EXPECT_EQ(run({"explain", "--from", caller, "--to", kDeploy}).status, 5);
  EXPECT_EQ(run({"collect", "--permissions"}).status, 0);
  EXPECT_EQ(run({"explain", "--live", "--service", "glue", "x"}).status, 2);
  EXPECT_EQ(connected(), std::set<std::string>{});
}

TEST_F(Network, IsNotedWhereTheKernelForbidsIt) {
  const auto without = [&](std::vector<std::string> arguments) {
    return run_program(std::move(arguments), folder_, without_sockets_path()).status;
  };
  EXPECT_EQ(without({"--version"}), 0);
  EXPECT_EQ(without({"explain", "--from", "arn:aws:iam::111122223333:user/ci", "--to", kDeploy}),
            5);
  // Ended by a signal.
  EXPECT_EQ(without({"explain", "--live", "--to", kDeploy}), -1);
  EXPECT_TRUE(server_.requests().empty());
}

}  // namespace
}  // namespace rolecall
