// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/diagnosis.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/base/time.h"

#include "diagnose/proposing.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> whats_of(const std::vector<Unknown>& unknowns) {
  std::vector<std::string> all;
  for (const Unknown& each : unknowns) all.push_back(each.what);
  return all;
}

Diagnosis diagnosis_of(const Asking& asking, const ErrorEvidence& evidence) {
  return diagnose(asking.estate, asking.request, &evidence);
}

// ---- What would settle an open question.

// `KEY: OPTION` for what the usual trust policy leaves open with this condition.
std::vector<std::string> open_keys(std::string_view condition, std::string_view request) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])", condition))
      .ask_for(kCiSession, request);
  std::vector<std::string> all;
  for (const Unknown& each : diagnose(asking.estate, asking.request).unknowns) {
    if (each.why.find("statement") != std::string::npos)
      all.push_back(each.what + ": " + each.obtain);
  }
  return all;
}

TEST(Diagnose, NamesTheOptionThatSuppliesAKey) {
  EXPECT_THAT(
      open_keys(R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})", R"("open":["aws:SourceIp"])"),
      ElementsAre("aws:SourceIp: --source-ip ADDRESS"));
  EXPECT_THAT(open_keys(R"({"StringEquals":{"aws:UserAgent":"x"}})", R"("open":["aws:UserAgent"])"),
              ElementsAre("aws:UserAgent: --context aws:UserAgent=VALUE"));
  EXPECT_THAT(open_keys(R"({"StringEquals":{"plain":"x"}})", R"("open":["plain"])"),
              ElementsAre("plain: --context plain=VALUE"));
  EXPECT_THAT(open_keys(R"({"StringEquals":{"ci.example.com:sub":"x"}})",
                        R"("open":["ci.example.com:sub"])"),
              ElementsAre("ci.example.com:sub: --token FILE"));
}

TEST(Diagnose, AsksForAKeyOnceForEachStatement) {
  constexpr std::string_view kAddress = R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})";
  EXPECT_THAT(open_keys(kAddress, R"("open":["aws:SourceIp"],"tags":{"team":"blue"})"),
              testing::SizeIs(1));
  Asking asking;
  const std::string statement =
      R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole",)"
      R"("Condition":)" +
      std::string(kAddress) + "}";
  asking.usual(R"({"Version":"2012-10-17","Statement":[)" + statement + "," + statement + "]}")
      .ask_for(kCiSession, R"("open":["aws:SourceIp"])");
  EXPECT_THAT(whats_of(diagnose(asking.estate, asking.request).unknowns),
              testing::IsSupersetOf({"aws:SourceIp", "aws:SourceIp"}));
}

TEST(Diagnose, IsNotSureOfFilesThatCouldNotBeRead) {
  Asking allowed;
  allowed.usual().ask_for(kCiSession);
  allowed.estate.incomplete = true;
  const Diagnosis unsure = diagnose(allowed.estate, allowed.request);
  EXPECT_EQ(decision_name(unsure.decision.decision), "unknown");
  EXPECT_THAT(whats_of(unsure.unknowns), Contains("files that could not be read"));
  // A denial stands, whatever they hold.
  Asking denied;
  denied.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  denied.estate.incomplete = true;
  const Diagnosis sure = diagnose(denied.estate, denied.request);
  EXPECT_EQ(decision_name(sure.decision.decision), "denied");
  EXPECT_THAT(whats_of(sure.unknowns), Not(Contains("files that could not be read")));
}

// ---- What AWS said.

TEST(DiagnoseWithEvidence, TakesAFactThatOnlyTheTextKnows) {
  Asking asking;
  asking.usual().ask_for(kCiSession);
  ErrorEvidence evidence;
  evidence.cause_code = "request-duration-exceeds-role-max";
  evidence.facts = {{"field", "durationSeconds"}, {"value", "7200"}};
  asking.request.whole = false;
  const Diagnosis settled = diagnosis_of(asking, evidence);
  EXPECT_EQ(decision_name(settled.decision.decision), "denied");
  ASSERT_EQ(settled.causes.size(), 1U);
  EXPECT_EQ(settled.causes[0].code, evidence.cause_code);
  EXPECT_THAT(settled.causes[0].message, HasSubstr(": field `durationSeconds`, value `7200`"));
  // A request file says what the call was: the text is then only likely.
  asking.request.whole = true;
  const Diagnosis whole = diagnosis_of(asking, evidence);
  EXPECT_EQ(decision_name(whole.decision.decision), "allowed");
  EXPECT_THAT(whole.likely_causes, ElementsAre(evidence.cause_code));
}

TEST(DiagnoseWithEvidence, KnowsThatNoRoleIsPassedAcrossAccounts) {
  Asking asking;
  asking.request.action = "iam:PassRole";
  ErrorEvidence evidence;
  evidence.cause_code = "passrole-cross-account";
  const Diagnosis diagnosis = diagnosis_of(asking, evidence);
  EXPECT_EQ(diagnosis.decision.decision, Decision::Denied);
  ASSERT_EQ(diagnosis.causes.size(), 1U);
  EXPECT_EQ(diagnosis.causes[0].code, "passrole-cross-account");
}

TEST(DiagnoseWithEvidence, DoesNotTakeTheWordOfATextForPolicies) {
  Asking asking;
  asking.usual().ask_for(kCiSession);
  asking.request.whole = false;
  ErrorEvidence evidence;
  evidence.cause_code = "trust-self-assume-not-allowed";
  const Diagnosis diagnosis = diagnosis_of(asking, evidence);
  EXPECT_EQ(decision_name(diagnosis.decision.decision), "allowed");
  EXPECT_THAT(diagnosis.causes, IsEmpty());
  // The trust policy was looked at, and allows.
  EXPECT_THAT(diagnosis.likely_causes, IsEmpty());
}

TEST(DiagnoseWithEvidence, LeavesADenialAsItIs) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  ErrorEvidence evidence;
  evidence.likely_causes = {"scp-explicit-deny"};
  const Diagnosis diagnosis = diagnosis_of(asking, evidence);
  EXPECT_THAT(diagnosis.likely_causes, IsEmpty());
  EXPECT_THAT(diagnosis.contradiction, IsEmpty());
}

TEST(DiagnoseWithEvidence, KeepsLikelyCausesThatTheDataDoesNotExclude) {
  Asking asking;
  asking.usual().ask_for(kCiSession);
  ErrorEvidence evidence;
  evidence.likely_causes = {"no-such-code",           "credentials-session-expired",
                            "trust-explicit-deny",    "scp-explicit-deny",
                            "request-role-not-found", "vpce-policy-no-allow"};
  EXPECT_THAT(diagnosis_of(asking, evidence).likely_causes,
              ElementsAre("no-such-code", "credentials-session-expired", "scp-explicit-deny"));
}

TEST(DiagnoseWithEvidence, KnowsOfARoleThatStandsInTheFiles) {
  ErrorEvidence evidence;
  evidence.likely_causes = {"request-role-not-found", "service-cdk-bootstrap-missing"};
  const auto likely = [&](Asking& asking) {
    asking.ask_for(kUser);
    return diagnosis_of(asking, evidence).likely_causes;
  };
  Asking exported;
  EXPECT_THAT(likely(exported.usual()), IsEmpty());
  Asking elsewhere;  // Nothing is known of the role's account.
  EXPECT_THAT(likely(elsewhere.add("1.gaad.json", caller_export())),
              ElementsAre("request-role-not-found", "service-cdk-bootstrap-missing"));
  Asking printed;  // `aws iam get-role` printed it.
  printed.add("1.gaad.json", caller_export())
      .add("role.json", R"({"Role":{"Arn":"arn:aws:iam::444455556666:role/deploy","RoleName":)"
                        R"("deploy","Path":"/","RoleId":"AROAQABLZS4A3QDU576Q",)"
                        R"("CreateDate":"2026-01-02T03:04:05Z","AssumeRolePolicyDocument":)" +
                            trust_document(kTrustAccount) + "}}");
  EXPECT_THAT(likely(printed), IsEmpty());
}

TEST(DiagnoseWithEvidence, IsNotAllowedWhereANamedGateWasNotChecked) {
  Asking asking;
  asking.usual().ask_for(kCiSession);
  ErrorEvidence evidence;
  evidence.named_gate = Gate::Scp;
  evidence.explicit_deny = true;
  evidence.policy_arn = "arn:aws:organizations::999999999999:policy/o-1/p-1";
  const Diagnosis named = diagnosis_of(asking, evidence);
  EXPECT_EQ(decision_name(named.decision.decision), "unknown");
  ASSERT_FALSE(named.contradiction.empty());
  EXPECT_THAT(named.contradiction[0].why,
              HasSubstr("AWS names it (`arn:aws:organizations::999999999999:policy/o-1/p-1`)"));
  EXPECT_THAT(named.contradiction[0].obtain, HasSubstr("--organization"));
  evidence.policy_arn.clear();
  EXPECT_THAT(diagnosis_of(asking, evidence).contradiction[0].why,
              testing::StartsWith("AWS names it, and"));
  // A gate that was checked, and allows: the contradiction is explained otherwise.
  evidence.named_gate = Gate::Trust;
  const Diagnosis checked = diagnosis_of(asking, evidence);
  EXPECT_EQ(decision_name(checked.decision.decision), "allowed");
  EXPECT_THAT(whats_of(checked.contradiction), Contains("the age of the data"));
}

TEST(DiagnoseWithEvidence, NamesGatesThatDoNotBearOnTheCallAsKnown) {
  Asking asking;
  asking.usual().ask_for(kUser);
  ErrorEvidence evidence;
  evidence.named_gate = Gate::Session;
  const Diagnosis session = diagnosis_of(asking, evidence);
  EXPECT_EQ(decision_name(session.decision.decision), "unknown");
  ASSERT_FALSE(session.contradiction.empty());
  EXPECT_THAT(session.contradiction[0].obtain, HasSubstr("when the session was made"));
  evidence.named_gate = Gate::Vpce;
  evidence.likely_causes = {"vpce-policy-no-allow", "boundary-no-allow"};
  const Diagnosis endpoint = diagnosis_of(asking, evidence);
  EXPECT_THAT(endpoint.likely_causes, ElementsAre("vpce-policy-no-allow"));
}

TEST(DiagnoseWithEvidence, StaysConditionalWhereTheNamedGateWasNotChecked) {
  Asking asking;
  asking
      .usual(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                            R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})"))
      .ask_for(kCiSession, R"("open":["aws:SourceIp"])");
  ErrorEvidence evidence;
  evidence.named_gate = Gate::Scp;
  EXPECT_EQ(decision_name(diagnosis_of(asking, evidence).decision.decision), "conditional");
  evidence.named_gate = Gate::Trust;
  EXPECT_THAT(diagnosis_of(asking, evidence).contradiction, IsEmpty());
}

TEST(DiagnoseWithEvidence, PrefersTheDenyOfThePolicyThatAwsNames) {
  Asking asking;
  asking.usual()
      .add("organization.json",
           organization_file("SERVICE_CONTROL_POLICY",
                             R"({"Effect":"Allow","Action":"*","Resource":"*"},)"
                             R"({"Effect":"Deny","Action":"sts:*","Resource":"*","Condition":)"
                             R"({"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}})"))
      .ask_for(kCiSession, R"("open":["aws:RequestedRegion"])");
  ErrorEvidence evidence;
  evidence.named_gate = Gate::Scp;
  evidence.explicit_deny = true;
  evidence.likely_causes = {"scp-explicit-deny", "scp-region-deny"};
  const auto likely = [&](std::string_view arn) {
    evidence.policy_arn = arn;
    return diagnosis_of(asking, evidence).likely_causes;
  };
  EXPECT_THAT(likely(""), ElementsAre("scp-region-deny", "scp-explicit-deny"));
  EXPECT_THAT(likely("arn:aws:organizations::999999999999:policy/o-1/p-own"),
              ElementsAre("scp-region-deny", "scp-explicit-deny"));
  EXPECT_THAT(likely("arn:aws:organizations::999999999999:policy/o-1/p-other"),
              ElementsAre("scp-explicit-deny", "scp-region-deny"));
  const Diagnosis diagnosis = diagnosis_of(asking, evidence);
  ASSERT_FALSE(diagnosis.unknowns.empty());
  EXPECT_THAT(diagnosis.unknowns[0].why,
              HasSubstr("statement 1 of service control policy p-own denies only if"));
}

// The service is named: it cannot be that it is not.
TEST(DiagnoseWithEvidence, PrefersWhatIsOpenWhereTheTrustPolicyNamesTheCaller) {
  Asking asking;
  asking
      .usual(trust_document(R"({"Service":"ecs-tasks.amazonaws.com"})", R"("sts:AssumeRole")",
                            R"({"ArnLike":{"aws:SourceArn":"arn:aws:ecs:*:1:cluster/a"}})"))
      .ask_for(R"({"service":"ecs-tasks.amazonaws.com"})", R"("open":["aws:SourceArn"])");
  ErrorEvidence evidence;
  evidence.likely_causes = {"trust-service-principal-mismatch", "trust-eventual-consistency"};
  const Diagnosis diagnosis = diagnosis_of(asking, evidence);
  EXPECT_THAT(diagnosis.likely_causes,
              ElementsAre("trust-condition-source-arn", "trust-eventual-consistency"));
  std::vector<std::string> whys;
  for (const Unknown& each : diagnosis.unknowns) whys.push_back(each.why);
  EXPECT_THAT(whys,
              Contains(HasSubstr("AWS documents `arn:P:ecs:R:A:*` for `ecs-tasks.amazonaws.com`")));
}

TEST(DiagnoseWithEvidence, ExplainsARefusalThatTheFilesDoNotShow) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount), R"(,"CreateDate":"2026-01-02T03:04:05Z")")
      .ask_for(kCiSession);
  asking.estate.newest_file = parse_time("2026-02-03T04:05:06Z");
  ErrorEvidence evidence;
  evidence.principal = "arn:aws:sts::111122223333:assumed-role/other/run-7";
  const Diagnosis diagnosis = diagnosis_of(asking, evidence);
  const auto& said = diagnosis.contradiction;
  ASSERT_FALSE(said.empty());
  EXPECT_EQ(said[0].what, "the caller");
  EXPECT_THAT(said[0].why, HasSubstr("the error names `" + evidence.principal + "`"));
  EXPECT_THAT(said.back().why, HasSubstr("the newest file is of 2026-02-03T04:05:06Z"));
  const auto spread = std::find_if(said.begin(), said.end(), [](const Unknown& each) {
    return each.what == "a change that has not spread yet";
  });
  ASSERT_NE(spread, said.end());
  EXPECT_THAT(spread->why, HasSubstr("(the role was created 2026-01-02T03:04:05Z)"));
  evidence.principal = std::string(kCiSession);
  EXPECT_THAT(whats_of(diagnosis_of(asking, evidence).contradiction), Not(Contains("the caller")));
}

TEST(DiagnoseWithEvidence, SuspectsASessionPolicyOfASessionWithout) {
  const auto suspected = [](std::string_view caller, std::string_view request) {
    Asking asking;
    asking.usual().ask_for(caller, request);
    return whats_of(diagnosis_of(asking, {}).contradiction);
  };
  EXPECT_THAT(suspected(kUser, ""), Not(Contains(HasSubstr("session policy"))));
  EXPECT_THAT(
      suspected(kCiSession, R"("caller_session_policies":[{"Version":"2012-10-17","Statement":)"
                            R"({"Effect":"Allow","Action":"*","Resource":"*"}}])"),
      Not(Contains("a session policy")));
}

}  // namespace
}  // namespace rolecall
