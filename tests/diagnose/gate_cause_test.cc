// SPDX-License-Identifier: Apache-2.0
#include "diagnose/gate_cause.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/gate_codes.h"
#include "diagnose/proposing.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// `CODE` of each cause, with the other keys of a family.
std::vector<std::string> cause_codes(const Asking& asking) {
  const Proposing proposing(asking);
  std::vector<std::string> codes;
  for (const Cause& each : proposing.causes()) {
    std::string code = each.code;
    for (const std::string& key : each.other_condition_keys) code += " and " + key;
    codes.push_back(code);
  }
  return codes;
}

// ---- The trust policy.

std::vector<std::string> codes_with_condition(std::string_view condition,
                                              std::string_view request = "") {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])", condition))
      .ask_for(kCiSession, request);
  return cause_codes(asking);
}

TEST(FindCauses, CountAFamilyOfTagsOnce) {
  EXPECT_THAT(codes_with_condition(
                  R"({"StringEquals":{"aws:PrincipalTag/a":"1","aws:PrincipalTag/b":"2"}})"),
              ElementsAre("trust-condition-principal-tag and aws:PrincipalTag/b"));
  EXPECT_THAT(codes_with_condition(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"a"},)"
                                   R"("StringEquals":{"aws:RequestTag/a":"1"}})"),
              ElementsAre("trust-condition-request-tag", "trust-condition-request-tag"));
}

TEST(FindCauses, CountTwoKeysOfOneCodeTwice) {
  EXPECT_THAT(codes_with_condition(
                  R"({"StringEquals":{"aws:SourceVpc":"vpc-1","aws:SourceVpce":"vpce-1"}})"),
              ElementsAre("trust-condition-vpc", "trust-condition-vpc"));
}

TEST(FindCauses, LeaveTheKeysOfTheNamedProviderOut) {
  Asking asking;
  asking
      .usual(trust_document(
          R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/old.example.com"})",
          R"("sts:AssumeRoleWithWebIdentity")",
          R"({"StringEquals":{"old.example.com:sub":"a","aws:RequestedRegion":"eu-west-1"}})"))
      .ask_for(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity","region":"us-east-1")");
  EXPECT_THAT(cause_codes(asking),
              ElementsAre("trust-federated-provider-mismatch", "trust-condition-region"));
}

TEST(FindCauses, TellAWrongActionFromAMissingOne) {
  const auto codes = [](std::string_view principal, std::string_view action) {
    Asking asking;
    asking.usual(trust_document(principal, action)).ask_for(kCiSession);
    return cause_codes(asking);
  };
  EXPECT_THAT(codes(kTrustAccount, R"("sts:TagSession")"), ElementsAre("trust-action-missing"));
  EXPECT_THAT(codes(kTrustAccount, R"("sts:AssumeRoleWithSAML")"),
              ElementsAre("trust-action-principal-mismatch"));
  EXPECT_THAT(codes(kTrustAccount, R"("sts:AssumeRoleWithWebIdentity")"),
              ElementsAre("trust-action-principal-mismatch"));
  EXPECT_THAT(codes(R"({"AWS":"arn:aws:iam::111122223333:role/other"})", R"("sts:TagSession")"),
              ElementsAre("trust-action-missing"));
}

TEST(FindCauses, PairAProviderWithItsAction) {
  const auto codes = [](std::string_view action) {
    Asking asking;
    asking
        .usual(trust_document(
            R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})", action))
        .ask_for(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})",
                 R"("action":"sts:AssumeRoleWithWebIdentity")");
    return cause_codes(asking);
  };
  EXPECT_THAT(codes(R"("sts:AssumeRole")"), ElementsAre("trust-action-principal-mismatch"));
  EXPECT_THAT(codes(R"("sts:AssumeRoleWithSAML")"), ElementsAre("trust-action-principal-mismatch"));
  EXPECT_THAT(codes(R"("sts:TagSession")"), ElementsAre("trust-action-missing"));
}

// ---- Explicit denies.

TEST(FindCauses, NameEachDenyStatement) {
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"})";
  constexpr std::string_view kDenyAddress =
      R"({"Sid":"Office","Effect":"Deny","Action":"sts:AssumeRole","Resource":"*","Condition":)"
      R"({"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}})";
  Asking asking;
  asking
      .add("1.gaad.json",
           role_export(
               kCi, trust_document(kTrustAccount),
               R"(,"RolePolicyList":[{"PolicyName":"a","PolicyDocument":{"Version":)"
               R"("2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},)" +
                   std::string(kDeny) + "," + std::string(kDenyAddress) + "," + std::string(kDeny) +
                   R"(]}},{"PolicyName":"b","PolicyDocument":{"Version":"2012-10-17",)"
                   R"("Statement":[)" +
                   std::string(kDeny) + "]}}]"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession, R"("context":{"aws:SourceIp":"203.0.113.7"})");
  EXPECT_THAT(cause_codes(asking), ElementsAre("identity-explicit-deny", "identity-ip-deny",
                                               "identity-explicit-deny", "identity-explicit-deny"));
  EXPECT_THAT(Proposing(asking).cause("identity-ip-deny").message,
              HasSubstr("a Deny statement `Office` of"));
}

TEST(FindCauses, NameADenyOfCallAndTagsOnce) {
  Asking asking;
  asking
      .add("1.gaad.json", ci_export(R"({"Effect":"Allow","Action":"*","Resource":"*"},)"
                                    R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount, R"("sts:*")")))
      .ask_for(kCiSession, R"("tags":{"team":"blue"})");
  EXPECT_THAT(cause_codes(asking), ElementsAre("identity-explicit-deny"));
}

// ---- Gates where an Allow is missing.

// What the caller's policies with this statement are found to lack beside a trust policy.
std::vector<std::string> codes_of_caller(std::string_view statement, const std::string& trust,
                                         std::string_view role = kDeploy,
                                         std::string_view request = "") {
  Asking asking;
  asking.add("1.gaad.json", ci_export(statement))
      .add("2.gaad.json", role_export(role, trust))
      .ask(R"({"principal":")" + std::string(kCiSession) + R"(","role":")" + std::string(role) +
           "\"" + std::string(request) + "}");
  return cause_codes(asking);
}

constexpr std::string_view kDenySts = R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})";

TEST(FindCauses, NameTheMissingAllowBehindADeny) {
  EXPECT_THAT(codes_of_caller(kDenySts, trust_document(kTrustAccount)),
              ElementsAre("identity-explicit-deny", "identity-no-allow"));
  EXPECT_THAT(codes_of_caller(std::string(kDenySts) +
                                  R"(,{"Effect":"Allow","Action":"sts:AssumeRole",)"
                                  R"("Resource":"arn:aws:iam::444455556666:role/other"})",
                              trust_document(kTrustAccount)),
              ElementsAre("identity-explicit-deny", "identity-resource-mismatch"));
  EXPECT_THAT(
      codes_of_caller(std::string(kDenySts) + R"(,{"Effect":"Allow","Action":"*","Resource":"*"})",
                      trust_document(kTrustAccount)),
      ElementsAre("identity-explicit-deny"));
}

TEST(FindCauses, NameTheMissingAllowOfASubActionBehindADeny) {
  EXPECT_THAT(codes_of_caller(R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},)"
                              R"({"Effect":"Deny","Action":"sts:TagSession","Resource":"*"})",
                              trust_document(kTrustAccount, R"("sts:*")"), kDeploy,
                              R"(,"tags":{"team":"blue"})"),
              ElementsAre("identity-explicit-deny", "identity-tagsession-missing"));
}

// In the same account a trust policy that names the caller takes the place of the Allow.
TEST(FindCauses, NameNoMissingAllowBehindADenyWhereNoneIsNeeded) {
  constexpr std::string_view kSibling = "arn:aws:iam::111122223333:role/sibling";
  const std::string session = R"({"AWS":")" + std::string(kCiSession) + R"("})";
  EXPECT_THAT(codes_of_caller(kDenySts, trust_document(session), kSibling),
              ElementsAre("identity-explicit-deny"));
  EXPECT_THAT(codes_of_caller(kDenySts, trust_document(kTrustAccount), kSibling),
              ElementsAre("identity-explicit-deny", "identity-no-allow"));
}

TEST(FindCauses, NameTheUnmetConditionOnly) {
  Asking asking;
  asking
      .add("1.gaad.json",
           ci_export(
               R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":)"
               R"({"StringEquals":{"aws:RequestedRegion":"eu-west-1","sts:ExternalId":"blue"}}})"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession, R"("region":"eu-west-1","context":{"sts:ExternalId":"red"})");
  EXPECT_THAT(cause_codes(asking), ElementsAre("identity-condition-unmet"));
  EXPECT_EQ(Proposing(asking).cause("identity-condition-unmet").condition_key, "sts:ExternalId");
}

Asking& ask_with_boundary(Asking& asking, std::string_view version, std::string_view statement,
                          std::string_view request) {
  add_bounded_ci(asking, R"({"Effect":"Allow","Action":"*","Resource":"*"})", statement, version)
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  return asking.ask(std::string(request));
}

TEST(FindCauses, NameTheMissingAllowOfLimitsBehindADeny) {
  Asking boundary;
  EXPECT_THAT(cause_codes(ask_with_boundary(
                  boundary, "2012-10-17", kDenySts,
                  R"({"principal":"arn:aws:sts::111122223333:assumed-role/ci/run-7",)"
                  R"("role":"arn:aws:iam::444455556666:role/deploy"})")),
              ElementsAre("boundary-explicit-deny", "boundary-no-allow"));
  Asking session;
  session.usual().ask_for(kCiSession,
                          R"("caller_session_policies":{"Version":"2012-10-17","Statement":)" +
                              std::string(kDenySts) + "}");
  EXPECT_THAT(cause_codes(session),
              ElementsAre("session-policy-explicit-deny", "session-policy-no-allow"));
}

TEST(FindCauses, NameTheMissingAllowOfAPassedRoleBehindADeny) {
  Asking asking;
  asking
      .add("1.gaad.json", ci_export(R"({"Effect":"Deny","Action":"iam:PassRole","Resource":"*"})"))
      .ask(R"({"action":"iam:PassRole","principal":)"
           R"("arn:aws:sts::111122223333:assumed-role/ci/r",)"
           R"("role":"arn:aws:iam::111122223333:role/team/ci"})");
  EXPECT_THAT(cause_codes(asking), ElementsAre("passrole-explicit-deny", "passrole-no-allow"));
}

TEST(FindCauses, KeepTheBoundaryOfAPassedRole) {
  Asking asking;
  ask_with_boundary(
      asking, "2012-10-17", R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})",
      R"({"action":"iam:PassRole","principal":"arn:aws:sts::111122223333:assumed-role/ci/r",)"
      R"("role":"arn:aws:iam::111122223333:role/team/ci","context":{"iam:PassedToService":)"
      R"("lambda.amazonaws.com"}})");
  const Proposing proposing(asking);
  EXPECT_EQ(proposing.cause("boundary-no-allow").gate, Gate::PassRole);
}

// A boundary is a managed policy, but none that the caller's own policies are taken for.
TEST(FindCauses, KeepTheCodeOfABoundaryWithOldVariables) {
  const std::string statement = R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":)"
                                R"("arn:aws:iam::444455556666:role/${aws:userid}"})";
  const std::string request =
      R"({"principal":"arn:aws:sts::111122223333:assumed-role/ci/run-7","role":)"
      R"("arn:aws:iam::444455556666:role/deploy"})";
  Asking boundary;
  EXPECT_THAT(cause_codes(ask_with_boundary(boundary, "2008-10-17", statement, request)),
              ElementsAre("boundary-no-allow"));
  Asking own;
  own.add("1.gaad.json",
          role_export(kCi, trust_document(kTrustAccount),
                      R"(,"RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":)"
                      R"("2008-10-17","Statement":)" +
                          statement + "}}]"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask(request);
  EXPECT_THAT(cause_codes(own), ElementsAre("identity-version-2008-variable"));
}

TEST(FindCauses, NameNoLevelWhoseDocumentIsMissing) {
  std::string organization = organization_file(
      "SERVICE_CONTROL_POLICY", R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})");
  const std::string content =
      R"(,"Content":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*",)"
      R"("Resource":"*"}]})";
  organization.erase(organization.find(content), content.size());
  Asking asking;
  asking.usual().add("organization.json", organization).ask_for(kCiSession);
  EXPECT_THAT(cause_codes(asking), ElementsAre("scp-no-allow-at-level"));
  EXPECT_EQ(Proposing(asking).cause("scp-no-allow-at-level").policy, "p-own");
}

// Nothing in the document comes near, and still it has a place.
TEST(FindCauses, NameThePlaceOfADocumentThatAllowsNothing) {
  Asking asking;
  asking.usual()
      .add("organization.json",
           organization_file("SERVICE_CONTROL_POLICY",
                             R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})"))
      .ask_for(kCiSession);
  const Cause scp = Proposing(asking).cause("scp-no-allow-at-level");
  EXPECT_TRUE(asking.estate.sources().text(scp.at).starts_with(R"({"Version")"));
  EXPECT_FALSE(scp.statement_index.has_value());
  Asking bounded;
  const Cause boundary =
      Proposing(ask_with_boundary(
                    bounded, "2012-10-17", R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})",
                    R"({"principal":"arn:aws:sts::111122223333:assumed-role/ci/run-7","role":)"
                    R"("arn:aws:iam::444455556666:role/deploy"})"))
          .cause("boundary-no-allow");
  EXPECT_TRUE(boundary.at.known());
}

// A vendor may be in no organization or in another: only that it is not in this one is known.
TEST(FindCauses, DoNotSayThatAnOutsiderHasNoOrganization) {
  Asking asking;
  asking
      .usual(trust_document(R"({"AWS":"777788889999"})", R"("sts:AssumeRole")",
                            R"({"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}})"))
      .add("organization.json",
           organization_file("RESOURCE_CONTROL_POLICY",
                             R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},)"
                             R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*",)"
                             R"("Condition":{"StringNotEqualsIfExists":)"
                             R"({"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}})"))
      .ask_for("arn:aws:sts::777788889999:assumed-role/scan/x");
  const Proposing proposing(asking);
  EXPECT_EQ(proposing.cause("trust-condition-org-id").actual,
            "(outside organization o-a1b2c3d4e5)");
  EXPECT_THAT(proposing.cause("rcp-identity-perimeter").message,
              HasSubstr("with `aws:PrincipalOrgID` (outside organization o-a1b2c3d4e5)"));
}

// AWS keeps at least one attached at each: the file leaves some out.
TEST(FindCauses, TakeALevelWithoutPoliciesForAGapInTheData) {
  Asking asking;
  std::string organization = organization_file("SERVICE_CONTROL_POLICY",
                                               R"({"Effect":"Allow","Action":"*","Resource":"*"})");
  const std::string target = R"({"PolicyId":"p-own","TargetId":"r-ab12"},)";
  organization.erase(organization.find(target), target.size());
  asking.usual().add("organization.json", organization).ask_for(kCiSession);
  EXPECT_THAT(cause_codes(asking), ElementsAre());
  EXPECT_EQ(asking.decide().at(Gate::Scp).verdict, Verdict::Unknown);
}

std::string policy_versions(std::string_view versions) {
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[{"PolicyName":"p","Arn":)"
         R"("arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v9","PolicyVersionList":[)"
         R"({"VersionId":"v9","IsDefaultVersion":true,"Document":{"Version":"2012-10-17",)"
         R"("Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}},)" +
         std::string(versions) + R"(]}],"RoleDetailList":[{"Arn":")" + std::string(kCi) +
         R"(","RoleId":"AROAQABLZS4A3QDU576Q","AssumeRolePolicyDocument":)" +
         trust_document(kTrustAccount) +
         R"(,"AttachedManagedPolicies":[{"PolicyName":"p",)"
         R"("PolicyArn":"arn:aws:iam::111122223333:policy/p"}]}]})";
}

TEST(FindCauses, SuggestAnOlderVersionThatAllows) {
  const auto code = [](std::string_view versions) {
    Asking asking;
    asking.add("1.gaad.json", policy_versions(versions))
        .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
        .ask_for(kCiSession);
    return cause_codes(asking);
  };
  const std::string denying =
      R"({"VersionId":"v1","IsDefaultVersion":false,"Document":{"Version":"2012-10-17",)"
      R"("Statement":{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}}})";
  const std::string unreadable =
      R"({"VersionId":"v2","IsDefaultVersion":false,"Document":"nonsense"})";
  const std::string allowing =
      R"({"VersionId":"v3","IsDefaultVersion":false,"Document":{"Version":"2012-10-17",)"
      R"("Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}})";
  EXPECT_THAT(code(denying), ElementsAre("identity-no-allow"));
  EXPECT_THAT(code(denying + "," + unreadable), ElementsAre("identity-no-allow"));
  EXPECT_THAT(code(denying + "," + unreadable + "," + allowing),
              ElementsAre("identity-stale-default-version"));
}

}  // namespace
}  // namespace rolecall
