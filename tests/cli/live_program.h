// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_aws.h"
#include "support/loopback_server.h"
#include "support/program.h"

namespace rolecall {

inline constexpr const char* kDeploy = "arn:aws:iam::444455556666:role/x/deploy";
inline constexpr const char* kSecret = "wJalrXUtnFEMIsecretEXAMPLEKEY";
inline constexpr const char* kToken = "IQoJb3JpZ2luX2VjEXAMPLEtoken";

// The program against a server on loopback, with the environment of one user.
class LiveProgram : public testing::Test {
 protected:
  LiveProgram() {
    set("AWS_ENDPOINT_URL", server_.url());
    set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    set("AWS_SECRET_ACCESS_KEY", kSecret);
    set("AWS_SESSION_TOKEN", kToken);
    set("AWS_EC2_METADATA_DISABLED", "true");
    set("AWS_MAX_ATTEMPTS", "1");
    set("AWS_REGION", "eu-west-1");
    set("AWS_CA_BUNDLE", "");
    set("AWS_CONFIG_FILE",
        folder_.write("config",
                      "[profile ops]\nrole_arn = arn:aws:iam::444455556666:role/r"
                      "\ncredential_source = Environment\n"
                      "[profile odd]\nca_bundle = /no/such/bundle\n"
                      "role_arn = arn:aws:iam::444455556666:role/r"
                      "\ncredential_source = Environment\n"));
    set("AWS_SHARED_CREDENTIALS_FILE", (folder_.path() / "none").string());
  }
  ~LiveProgram() override {
    for (const std::string& name : names_) unsetenv(name.c_str());
  }

  void set(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    names_.push_back(name);
  }

  virtual ServedAnswer answer(const ServedRequest& request) {
    // Whose account it is follows from the credentials.
    const bool ops = request.header("Authorization").find("ASIAOPS") != std::string::npos;
    if (request.form()["Action"] == "AssumeRole") {
      return {
          200,
          "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAOPS</AccessKeyId>"
          "<SecretAccessKey>madesecret</SecretAccessKey><SessionToken>madetoken</SessionToken>"
          "</Credentials></AssumeRoleResult></AssumeRoleResponse>"};
    }
    if (ops && request.form()["Action"] == "GetCallerIdentity") {
      return {200,
              "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>444455556666</Account>"
              "<Arn>arn:aws:sts::444455556666:assumed-role/r/s</Arn></GetCallerIdentityResult>"
              "</GetCallerIdentityResponse>"};
    }
    FakeAws::Answer made = aws_.answer(request.header("X-Amz-Target"), request.body, request.path);
    return {made.status, std::move(made.body)};
  }

  ProgramResult run(std::vector<std::string> arguments) {
    return run_program(std::move(arguments), folder_);
  }

  FakeAws aws_{two_accounts()};
  LoopbackServer server_{[this](const ServedRequest& request) { return answer(request); }};
  TestFolder folder_;
  std::vector<std::string> names_;
};

}  // namespace rolecall
