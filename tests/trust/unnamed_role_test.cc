// SPDX-License-Identifier: Apache-2.0
// A role that nobody named, whose trust policy alone is known: nothing that hangs on which role it
// is refuses the call.
#include <string>

#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

constexpr std::string_view kUnnamed = "arn:aws:iam::000000000000:role/unnamed";

// The user `ann` with one statement, and the role with this trust policy.
Asking ann_asks(std::string_view statement, std::string_view action,
                const std::string& trust = trust_document(kTrustAccount)) {
  Asking asking;
  asking.add("111122223333.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ann","UserName":"ann",)"
             R"("UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
             R"("Statement":)" +
                 std::string(statement) +
                 R"(}}]}],"GroupDetailList":[],"RoleDetailList":[],)"
                 R"("Policies":[]})");
  asking.add("trust.roles.json", R"({"Roles":[{"RoleName":"unnamed","Path":"/","Arn":")" +
                                     std::string(kUnnamed) + R"(","AssumeRolePolicyDocument":)" +
                                     trust + "}]}");
  asking.ask_for(kUser, R"("action":")" + std::string(action) + "\"");
  asking.request.role = kUnnamed;
  return asking;
}

constexpr std::string_view kPassAny =
    R"({"Effect":"Allow","Action":"iam:PassRole","Resource":"*"})";

TEST(UnnamedRole, MayBeOfTheAccountThatPassesIt) {
  const Asking asking = ann_asks(kPassAny, "iam:PassRole");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), std::vector<std::string>{});
  EXPECT_EQ(decision.at(Gate::PassRole).verdict, Verdict::Allows);
  EXPECT_EQ(decision.decision, Decision::Unknown);
}

TEST(UnnamedRole, IsNotAllowedToBePassedWhereNothingIsSaidOfIt) {
  Asking asking = ann_asks(kPassAny, "iam:PassRole");
  asking.request.role.clear();
  EXPECT_EQ(asking.decide().decision, Decision::Unknown);
}

TEST(UnnamedRole, MayBeOfThePartitionOfItsCaller) {
  Asking asking = ann_asks(kPassAny, "sts:AssumeRole",
                           trust_document(R"({"AWS":"arn:aws-cn:iam::111122223333:root"})"));
  asking.request.principal = RequestPrincipal::arn("arn:aws-cn:iam::111122223333:user/bob");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), std::vector<std::string>{});
  EXPECT_EQ(decision.at(Gate::Trust).verdict, Verdict::Allows);
}

TEST(UnnamedRole, MayBeOfTheOrganizationWhoseRootsAreAssumed) {
  Asking asking =
      ann_asks(R"({"Effect":"Allow","Action":"sts:AssumeRoot","Resource":"*"})", "sts:AssumeRoot");
  asking.add("organization.json", R"({"Organization":{"Id":"o-a1"},"Roots":[{"Id":"r-1"}],
      "Accounts":[{"Id":"111122223333","ParentId":"r-1"}]})");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(failure_codes(decision), std::vector<std::string>{});
  EXPECT_EQ(decision.decision, Decision::Unknown);
}

TEST(UnnamedRole, MayBeTheOneThatThePoliciesOfTheCallerName) {
  for (const std::string_view statement :
       {R"({"Effect":"Allow","Action":"sts:AssumeRole",)"
        R"("Resource":"arn:aws:iam::444455556666:role/deploy"})",
        R"({"Effect":"Deny","Action":"sts:AssumeRole",)"
        R"("NotResource":"arn:aws:iam::444455556666:role/deploy"})"}) {
    const AssumeDecision decision = ann_asks(statement, "sts:AssumeRole").decide();
    EXPECT_EQ(decision.decision, Decision::Unknown) << statement;
    EXPECT_EQ(decision.at(Gate::Identity).verdict, Verdict::NotChecked) << statement;
    EXPECT_EQ(decision.at(Gate::Identity).why,
              "which role is asked for is not known, and these policies name roles");
  }
}

TEST(UnnamedRole, IsRefusedByWhatHoldsForEveryRole) {
  const AssumeDecision decision =
      ann_asks(R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})", "sts:AssumeRole").decide();
  EXPECT_EQ(decision.decision, Decision::Denied);
  EXPECT_EQ(decision.at(Gate::Identity).verdict, Verdict::DeniesExplicitly);
}

TEST(UnnamedRole, IsAskedForBeforeAnythingOfItsAccount) {
  const AssumeDecision decision = ann_asks(R"({"Effect":"Allow","Action":"sts:AssumeRole",)"
                                           R"("Resource":"arn:aws:iam::444455556666:role/deploy"})",
                                           "sts:AssumeRole")
                                      .decide();
  ASSERT_FALSE(decision.missing.empty());
  EXPECT_EQ(decision.missing[0].what, "the role");
  EXPECT_EQ(decision.missing[0].why, "its ARN was not given");
  for (const MissingDatum& each : decision.missing) {
    EXPECT_EQ(each.obtain.find("000000000000"), std::string::npos) << each.obtain;
    if (each.gate == Gate::Rcp || each.gate == Gate::Identity) {
      EXPECT_EQ(each.obtain, "--to ROLE");
    }
  }
}

}  // namespace
}  // namespace rolecall
