// SPDX-License-Identifier: Apache-2.0
#include "cli/question_options.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall::cli {
namespace {

constexpr const char* kCi = "arn:aws:iam::111122223333:role/ci";
constexpr const char* kDeploy = "arn:aws:iam::444455556666:role/deploy";

// What the parser says of these arguments; empty: nothing.
std::string fault_of(std::vector<std::string> arguments) {
  CLI::App app;
  QuestionInputs in;
  declare_question(app, in);
  declare_limits(app, in.limits);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  const auto fault = find_usage_fault(in, "explain");
  return fault ? fault->message : "";
}

TEST(QuestionOptions, AcceptWhatAwsWouldRefuse) {
  EXPECT_EQ(fault_of({"--from", kCi, "--to", "no role", "--session-name", "a b", "--duration", "5",
                      "--external-id", "x"}),
            "");
}

struct Refused {
  std::vector<std::string> arguments{};
  std::string message{};
};
class QuestionOptionsRefuse : public testing::TestWithParam<Refused> {};

TEST_P(QuestionOptionsRefuse, WhatCanBeNoValue) {
  EXPECT_EQ(fault_of(GetParam().arguments), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Values, QuestionOptionsRefuse,
    testing::Values(
        Refused{{"--source-ip", "999.1.1"}, "--source-ip: `999.1.1` is not an IP address"},
        Refused{{"--source-ip", "10.0.0.0/8"}, "--source-ip: `10.0.0.0/8` is not an IP address"},
        Refused{{"--session-name", ""}, "--session-name: the value is empty"},
        Refused{{"--context", "foo"}, "--context: `foo` is not KEY=VALUE"},
        Refused{{"--tag", "=foo"}, "--tag: `=foo` is not KEY=VALUE"},
        Refused{{"--duration", "abc"}, "--duration: `abc` is not a whole number of seconds"},
        Refused{{"--max-depth", "1000000"},
                "--max-depth: `1000000` is not a whole number from 1 to 4096"},
        Refused{{"--max-values", "-1"}, "--max-values: `-1` is not a whole number above 0"},
        Refused{{"--max-file-bytes", "99999999999999999999999"},
                "--max-file-bytes: `99999999999999999999999` is not a whole number above 0"},
        Refused{{"--action", "sts:AsumeRole"},
                "--action: `sts:AsumeRole` assumes no role\ndid you mean `sts:AssumeRole`?"},
        Refused{{"--from", "111122223333"},
                "--from: `111122223333` is no principal\n" + std::string(kPrincipalForms)}));

TEST(FindUsageFault, WantsAQuestion) {
  const std::string nothing =
      "nothing to explain: give an error text, --error, --event, --request, --from and --to, or "
      "--profile and --to";
  EXPECT_EQ(fault_of({}), nothing);
  EXPECT_EQ(fault_of({"--from", kCi}), nothing);
  EXPECT_EQ(fault_of({"--trust-policy", "trust.json"}), nothing);
  EXPECT_EQ(fault_of({"--from", kCi, "--trust-policy", "trust.json"}), "");
  EXPECT_EQ(fault_of({"--token", "token.txt", "--to", kDeploy}), "");
  EXPECT_EQ(fault_of({"AccessDenied"}), "");
}

TEST(FindUsageFault, LetsOneInputBeStandardInput) {
  EXPECT_EQ(fault_of({"--error", "-"}), "");
  EXPECT_EQ(fault_of({"--error", "-", "--request", "-"}),
            "--error and --request cannot both be read from standard input");
}

TEST(FindUsageFault, KnowsThatACallThroughAnEndpointHasNoPublicAddress) {
  EXPECT_EQ(fault_of({"--from", kCi, "--to", kDeploy, "--source-ip", "198.51.100.7",
                      "--vpc-endpoint", "vpce-1"}),
            "--source-ip and --vpc-endpoint exclude each other: a call through an endpoint has no "
            "public address");
}

}  // namespace
}  // namespace rolecall::cli
