// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/trust/assume_decision.h"
#include "rolecall/trust/request_file.h"

namespace rolecall {

inline constexpr std::string_view kUser = "arn:aws:iam::111122223333:user/ann";
inline constexpr std::string_view kCi = "arn:aws:iam::111122223333:role/team/ci";
inline constexpr std::string_view kCiSession = "arn:aws:sts::111122223333:assumed-role/ci/run-7";
inline constexpr std::string_view kDeploy = "arn:aws:iam::444455556666:role/deploy";
inline constexpr std::string_view kGithub = "token.actions.githubusercontent.com";
inline constexpr std::string_view kTrustAccount = R"({"AWS":"111122223333"})";

// A trust policy with one Allow statement.
inline std::string trust_document(std::string_view principal,
                                  std::string_view action = R"("sts:AssumeRole")",
                                  std::string_view condition = "{}") {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)" +
         std::string(principal) + R"(,"Action":)" + std::string(action) + R"(,"Condition":)" +
         std::string(condition) + "}]}";
}

// An export with one role; `more` are further members of the role.
inline std::string role_export(std::string_view arn, std::string_view trust,
                               std::string_view more = "") {
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"Arn":")" +
         std::string(arn) + R"(","RoleId":"AROAQABLZS4A3QDU576Q","AssumeRolePolicyDocument":)" +
         std::string(trust) + std::string(more) + "}]}";
}

// The caller's account: user `ann` and role `team/ci`, both of which may call any STS action.
inline std::string caller_export() {
  const std::string policy =
      R"([{"PolicyName":"sts","PolicyDocument":{"Version":"2012-10-17","Statement":)"
      R"([{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}}])";
  return R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
         R"("UserId":"AIDAQABLZS4A3QDU576Q","Tags":[{"Key":"team","Value":"blue"}],)"
         R"("UserPolicyList":)" +
         policy +
         R"(}],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"Arn":)"
         R"("arn:aws:iam::111122223333:role/team/ci","RoleId":"AROAQABLZS4A3QDU576Q",)"
         R"("Tags":[{"Key":"team","Value":"green"}],"AssumeRolePolicyDocument":)" +
         trust_document(kTrustAccount) + R"(,"RolePolicyList":)" + policy + "}]}";
}

// An organization with these accounts, all policies enabled and none attached.
inline std::string organization_with(std::string_view accounts) {
  return R"({"Organization":{"Id":"o-a1","MasterAccountId":"777788889999"},
      "Roots":[{"Id":"r-1","PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"},
                                          {"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}]}],
      "Accounts":[)" +
         std::string(accounts) + "]}";
}
inline constexpr std::string_view kCallerAccount = R"({"Id":"111122223333","ParentId":"r-1"})";

// An estate and a request against it.
class Asking {
 public:
  Asking& add(std::string name, std::string text) {
    load_estate_text(std::move(name), std::move(text), estate, diagnostics);
    return *this;
  }
  // The caller's export, and the role with this trust policy.
  Asking& usual(const std::string& trust = trust_document(kTrustAccount),
                std::string_view more = "") {
    add("111122223333.gaad.json", caller_export());
    return add("444455556666.gaad.json", role_export(kDeploy, trust, more));
  }
  // Reads the request as a request file.
  Asking& ask(std::string text) {
    auto read =
        read_request(estate.sources(), estate.sources().add("request.json", text), diagnostics);
    EXPECT_TRUE(read.has_value()) << said();
    if (read) request = *std::move(read);
    return *this;
  }
  // The usual role, asked for by `principal`; `more` are further members of the request.
  Asking& ask_for(std::string_view principal, std::string_view more = "") {
    const std::string who =
        principal.starts_with('{') ? std::string(principal) : "\"" + std::string(principal) + "\"";
    return ask(R"({"principal":)" + who + R"(,"role":")" + std::string(kDeploy) + "\"" +
               (more.empty() ? "" : ",") + std::string(more) + "}");
  }
  [[nodiscard]] AssumeDecision decide() const { return rolecall::decide(estate, request); }
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& each : diagnostics.all()) text += render(each, estate.sources());
    return text;
  }

  Estate estate{};
  Diagnostics diagnostics{};
  AssumeRequest request{};
};

inline std::vector<std::string> failure_codes(const AssumeDecision& decision) {
  std::vector<std::string> codes;
  for (const PreconditionFailure& each : decision.failures) codes.emplace_back(each.code);
  return codes;
}

}  // namespace rolecall
