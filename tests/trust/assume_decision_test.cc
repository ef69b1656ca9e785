// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/assume_decision.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

Asking usual_asking(std::string_view principal, std::string_view more = "") {
  Asking asking;
  asking.usual().ask_for(principal, more);
  return asking;
}

void expect_nobody_asked(const AssumeDecision& decision, std::string_view why) {
  EXPECT_EQ(decision.decision, Decision::Unknown);
  for (const Gate gate : {Gate::Trust, Gate::Identity, Gate::Scp, Gate::Vpce}) {
    EXPECT_EQ(decision.at(gate).verdict, Verdict::NotChecked);
    EXPECT_EQ(decision.at(gate).why, why);
  }
}

TEST(AssumeDecision, IsUnknownWithoutRoleCallerOrAction) {
  Asking asking = usual_asking(kUser);
  asking.request.role.clear();
  expect_nobody_asked(asking.decide(), "the role is not known");
  asking = usual_asking(kUser);
  asking.request.action.clear();
  expect_nobody_asked(asking.decide(), "the action is not known");
  asking = usual_asking(kUser);
  asking.request.principal = {};
  expect_nobody_asked(asking.decide(), "the caller is not known");
}

// The session may have a source identity that nobody told of.
TEST(AssumeDecision, LeavesTheSourceIdentityOfASessionOpenWhereItMatters) {
  constexpr std::string_view kIsBob = R"({"StringEquals":{"aws:SourceIdentity":"bob"}})";
  const auto asked = [&](std::string_view action, std::string_view condition) {
    Asking asking;
    asking.usual(trust_document(kTrustAccount, action, condition)).ask_for(kCiSession);
    asking.request.whole = false;
    return asking;
  };
  EXPECT_EQ(asked(R"("sts:*")", kIsBob).decide().decision, Decision::Conditional);
  // It could not be passed on.
  EXPECT_EQ(asked(R"("sts:AssumeRole")", kIsBob).decide().decision, Decision::Denied);
  EXPECT_EQ(asked(R"("sts:AssumeRole")", "{}").decide().decision, Decision::Allowed);
  // What else refuses does not settle it.
  Asking refused = asked(R"("sts:SetSourceIdentity"},{"Effect":"Allow","Principal":"*","Action":)"
                         R"("sts:AssumeRole")",
                         R"({"StringEquals":{"aws:SourceIdentity":"bob","sts:ExternalId":"x"}})");
  const AssumeDecision decision = refused.decide();
  EXPECT_EQ(decision.decision, Decision::Denied);
  EXPECT_EQ(decision.sub_actions[0].authorization.context.find("aws:SourceIdentity").state,
            KeyState::Unknown);
  Asking known = asked(R"("sts:*")", kIsBob);
  known.request.session_known = true;
  EXPECT_EQ(known.decide().decision, Decision::Denied);
  known.request.inherited_source_identity = "bob";
  EXPECT_EQ(known.decide().decision, Decision::Allowed);
}

TEST(AssumeDecision, LooksForNoProviderOfARoleThatDoesNotExist) {
  Asking asking = usual_asking(R"({"federated":"gitlab.com","claims":{"sub":"x","aud":"a"}})",
                               R"("action":"sts:AssumeRoleWithWebIdentity")");
  EXPECT_EQ(asking.decide().at(Gate::Idp).verdict, Verdict::NotChecked);
  asking.request.role = "arn:aws:iam::444455556666:role/nothing";
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(decision.decision, Decision::Denied);
  EXPECT_EQ(decision.at(Gate::Idp).verdict, Verdict::NotApplicable);
  EXPECT_EQ(decision.at(Gate::Idp).why, "there is no role to ask");
}

// An estate whose organization has one RCP on its root.
Asking under_rcp(std::string_view condition) {
  Asking asking = usual_asking(kUser, R"("action":"sts:AssumeRoot")");
  asking.request.role = "arn:aws:iam::444455556666:root";
  asking.request.whole = false;
  asking.add("organization.json",
             R"({"Organization":{"Id":"o-a1","MasterAccountId":"777788889999"},
      "Roots":[{"Id":"r-1","PolicyTypes":[{"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}]}],
      "Accounts":[{"Id":"111122223333","ParentId":"r-1"},{"Id":"444455556666","ParentId":"r-1"}],
      "Policies":[{"PolicySummary":{"Id":"p-1","Type":"RESOURCE_CONTROL_POLICY"},"Content":
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*",
         "Resource":"*","Condition":)" +
                 std::string(condition) +
                 R"(}]}}],"Targets":[{"PolicyId":"p-1","TargetId":"r-1"}]})");
  return asking;
}

TEST(AssumeRoot, IsNotSettledByAnRcpThatMayDeny) {
  for (const std::string_view condition :
       {"{}", R"({"StringEquals":{"aws:SourceVpce":"vpce-1"}})"}) {
    const AssumeDecision decision = under_rcp(condition).decide();
    EXPECT_EQ(decision.at(Gate::Rcp).verdict, Verdict::Unknown) << condition;
    EXPECT_EQ(decision.at(Gate::Rcp).why, "AWS does not document whether RCPs apply to AssumeRoot");
    EXPECT_EQ(decision.decision, Decision::Unknown);
  }
  const AssumeDecision other =
      under_rcp(R"({"StringEquals":{"aws:PrincipalAccount":"222233334444"}})").decide();
  EXPECT_EQ(other.at(Gate::Rcp).verdict, Verdict::Allows);
}

TEST(PassRole, IsUnknownWhereAGateOfTheCallerIs) {
  Asking asking = usual_asking("arn:aws:iam::444455556666:user/bob", R"("action":"iam:PassRole")");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(decision.at(Gate::PassRole).verdict, Verdict::Unknown);
  EXPECT_EQ(decision.at(Gate::PassRole).why, "`bob` is not in the export of account 444455556666");
  EXPECT_EQ(decision.decision, Decision::Unknown);
}

TEST(PassRole, IsNotSettledByScpsThatWereNotSupplied) {
  const std::string user =
      R"({"UserDetailList":[{"Arn":"arn:aws:iam::444455556666:user/bob","UserName":"bob",)"
      R"("UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
      R"("Statement":{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}}}]}]})";
  Asking asking = usual_asking("arn:aws:iam::444455556666:user/bob", R"("action":"iam:PassRole")");
  asking.add("444455556666.users.json", user);
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(decision.at(Gate::Scp).verdict, Verdict::NotChecked);
  EXPECT_EQ(decision.at(Gate::PassRole).verdict, Verdict::Allows);
  EXPECT_EQ(decision.at(Gate::PassRole).why, "");
  EXPECT_EQ(decision.decision, Decision::Allowed);
}

// Elastic Beanstalk passes `elasticbeanstalk`; nobody says so in an error text.
TEST(ServiceCall, MayPassAnExternalIdOfItsOwn) {
  Asking asking;
  asking
      .usual(trust_document(R"({"Service":"elasticbeanstalk.amazonaws.com"})",
                            R"("sts:AssumeRole")",
                            R"({"StringEquals":{"sts:ExternalId":"elasticbeanstalk"}})"))
      .ask_for(R"({"service":"elasticbeanstalk.amazonaws.com"})");
  EXPECT_EQ(asking.decide().at(Gate::Trust).verdict, Verdict::DeniesImplicitly);
  asking.request.whole = false;
  EXPECT_EQ(asking.decide().at(Gate::Trust).verdict, Verdict::Depends);
}

// An error text does not tell the service that would pass the role on.
TEST(PassRole, HangsOnTheServiceThatNobodyNamed) {
  const std::string user =
      R"({"UserDetailList":[{"Arn":"arn:aws:iam::444455556666:user/bob","UserName":"bob",)"
      R"("UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
      R"("Statement":{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":)"
      R"({"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}}}}]}]})";
  Asking asking = usual_asking("arn:aws:iam::444455556666:user/bob", R"("action":"iam:PassRole")");
  asking.add("444455556666.users.json", user);
  EXPECT_EQ(asking.decide().at(Gate::PassRole).verdict, Verdict::DeniesImplicitly);
  asking.request.whole = false;
  EXPECT_EQ(asking.decide().at(Gate::PassRole).verdict, Verdict::Depends);
  asking.request.context = {{"iam:PassedToService", {"ec2.amazonaws.com"}}};
  EXPECT_EQ(asking.decide().at(Gate::PassRole).verdict, Verdict::DeniesImplicitly);
}

TEST(PassRole, LeavesTheTrustPolicyOutWithoutAService) {
  for (const std::string_view context : {"{}", R"({"iam:PassedToService":[]})"}) {
    const AssumeDecision decision =
        usual_asking(kUser, R"("action":"iam:PassRole","context":)" + std::string(context))
            .decide();
    EXPECT_EQ(decision.at(Gate::Trust).verdict, Verdict::NotApplicable) << context;
    EXPECT_EQ(decision.at(Gate::Trust).why, "the service is not known");
    EXPECT_FALSE(decision.service_trust.has_value());
  }
}

TEST(PassRole, IsOfNoOtherAccountWhereTheCallerHasNone) {
  const AssumeDecision decision =
      usual_asking(R"({"service":"lambda.amazonaws.com"})", R"("action":"iam:PassRole")").decide();
  EXPECT_EQ(failure_codes(decision), std::vector<std::string>{});
  const AssumeDecision other = usual_asking(kUser, R"("action":"iam:PassRole")").decide();
  EXPECT_EQ(failure_codes(other), std::vector<std::string>{"passrole-cross-account"});
}

}  // namespace
}  // namespace rolecall
