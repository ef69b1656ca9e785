// SPDX-License-Identifier: Apache-2.0
#include "trust/policy_join.h"

#include <string>

#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

void expect_gate(const Asking& asking, Gate gate, Verdict verdict, std::string_view why) {
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(verdict_name(decision.at(gate).verdict), verdict_name(verdict));
  EXPECT_EQ(decision.at(gate).why, why);
}

std::string listed_role(std::string_view arn, std::string_view name) {
  return R"({"Roles":[{"RoleName":")" + std::string(name) + R"(","Arn":")" + std::string(arn) +
         "\"}]}";
}

TEST(TrustGate, IsUnknownWithoutTheDocumentOfTheRole) {
  Asking asking;
  asking.usual();
  asking.add("777788889999.roles.json", listed_role("arn:aws:iam::777788889999:role/bare", "bare"));
  asking.ask_for(kUser);
  asking.request.role = "arn:aws:iam::777788889999:role/bare";
  expect_gate(asking, Gate::Trust, Verdict::Unknown,
              "the role's trust policy is not in the export");
}

TEST(TrustGate, IsNotCheckedWhereTheRoleWasNotLooked) {
  Asking asking;
  asking.usual();
  asking.add("777788889999.roles.json", listed_role("arn:aws:iam::777788889999:role/bare", "bare"));
  asking.ask_for(kUser);
  asking.request.role = "arn:aws:iam::777788889999:role/other";
  expect_gate(asking, Gate::Trust, Verdict::NotChecked,
              "no export of the role's account 777788889999 was supplied");
  asking.request.role = "arn:aws:iam::222233334444:role/other";
  expect_gate(asking, Gate::Trust, Verdict::NotChecked,
              "no export of the role's account 222233334444 was supplied");
  asking.add("222233334444.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:aws:iam::222233334444:user/a"}]})");
  expect_gate(asking, Gate::Trust, Verdict::NotChecked,
              "the export of account 222233334444 does not list all its roles");
}

TEST(CallerGates, AreNotCheckedOfARoleThatWasOnlyListed) {
  Asking asking;
  asking.add("444455556666.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  asking.ask_for("arn:aws:iam::111122223333:role/ci");
  const std::string_view why = "no export of the caller's account 111122223333 was supplied";
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session}) {
    expect_gate(asking, gate, Verdict::NotChecked, why);
  }
  asking.add("111122223333.roles.json", listed_role("arn:aws:iam::111122223333:role/ci", "ci"));
  for (const Gate gate : {Gate::Identity, Gate::Boundary, Gate::Session}) {
    expect_gate(asking, gate, Verdict::NotChecked, why);
  }
}

TEST(OrganizationGates, AskForTheAccountOfTheRoleWhenNobodyNamedIt) {
  Asking asking;
  asking.usual().ask_for(kUser);
  asking.add("organization.json", organization_with(kCallerAccount));
  asking.request.role = "arn:aws:iam::000000000000:role/unnamed";
  expect_gate(asking, Gate::Rcp, Verdict::NotChecked, "the role's account is not known");
  EXPECT_FALSE(asking.decide().policies.cross_account);
}

TEST(OrganizationGates, DoNotTakeEverySessionForThatOfAServiceLinkedRole) {
  Asking asking;
  asking.add("444455556666.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  asking.add("organization.json", organization_with(kCallerAccount));
  asking.ask_for("arn:aws:sts::111122223333:assumed-role/ops/run");
  // Its SCPs count, and the file lists none.
  expect_gate(asking, Gate::Scp, Verdict::Unknown, "");
  asking.ask_for("arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForOps/run");
  expect_gate(asking, Gate::Scp, Verdict::Unknown,
              "whether the caller is a service-linked role, which is exempt, is not known without "
              "its path");
}

TEST(EndpointGate, FindsTheEndpointThatWasNamed) {
  const auto through = [](std::string_view endpoint) {
    Asking asking;
    asking.usual().ask_for(kUser, R"("vpc_endpoint":")" + std::string(endpoint) + "\"");
    asking.add("vpc-endpoints.json", R"({"VpcEndpoints":[
        {"VpcEndpointId":"vpce-other","PolicyDocument":{"Version":"2012-10-17","Statement":[]}},
        {"VpcEndpointId":"vpce-sts","ServiceName":"com.amazonaws.eu-west-1.sts",
         "PolicyDocument":{"Version":"2012-10-17","Statement":[]}},
        {"VpcEndpointId":"vpce-s3","ServiceName":"com.amazonaws.eu-west-1.s3",
         "PolicyDocument":{"Version":"2012-10-17","Statement":[]}},
        {"VpcEndpointId":"vpce-lost","PolicyDocument":"broken"},
        {"VpcEndpointId":"vpce-default"}]})");
    return asking;
  };
  // A file without the service's name is believed.
  expect_gate(through("vpce-other"), Gate::Vpce, Verdict::DeniesImplicitly, "");
  expect_gate(through("vpce-sts"), Gate::Vpce, Verdict::DeniesImplicitly, "");
  expect_gate(through("vpce-s3"), Gate::Vpce, Verdict::NotChecked,
              "VPC endpoint `vpce-s3` is one of `com.amazonaws.eu-west-1.s3`, not of STS");
  expect_gate(through("vpce-lost"), Gate::Vpce, Verdict::Unknown,
              "the endpoint's policy could not be read");
  expect_gate(through("vpce-default"), Gate::Vpce, Verdict::NotApplicable,
              "the endpoint has AWS's default policy");
  expect_gate(through("vpce-9"), Gate::Vpce, Verdict::NotChecked,
              "the policy of VPC endpoint `vpce-9` was not supplied");
}

}  // namespace
}  // namespace rolecall
