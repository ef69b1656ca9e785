// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

// What exempts the refused call from a Deny statement.
namespace rolecall {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kAllowAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

// What is proposed when the organization's policy `p-own` denies.
Candidates against_organization(std::string_view type, std::string_view deny,
                                std::string_view caller = kCiSession, std::string_view request = "",
                                std::string_view trust = R"({"AWS":"111122223333","Service":)"
                                                         R"("lambda.amazonaws.com"})") {
  const bool control = type == "SERVICE_CONTROL_POLICY";
  const std::string allow =
      control ? std::string(kAllowAll)
              : R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})";
  Asking asking;
  asking
      .usual(trust_document(trust, R"(["sts:AssumeRole","sts:AssumeRoleWithWebIdentity",)"
                                   R"("sts:AssumeRoleWithSAML"])"))
      .add("organization.json", organization_file(type, allow + "," + std::string(deny)))
      .ask_for(caller, request);
  const Proposing proposing(asking);
  for (const Cause& each : proposing.causes()) {
    if (each.gate == Gate::Scp || each.gate == Gate::Rcp) {
      return proposing.changes(&exempt_from_deny, each);
    }
  }
  ADD_FAILURE() << "the organization does not deny: " << proposing.codes();
  return {};
}

Candidates against_scp(std::string_view deny) {
  return against_organization("SERVICE_CONTROL_POLICY", deny);
}

// ---- The caller.

TEST(ExemptCaller, JoinsTheExceptionThatIsThere) {
  const auto first_edit = [](std::string_view condition) {
    return edits_of(against_scp(R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*",)"
                                R"("Condition":)" +
                                std::string(condition) + "}")
                        .at(0));
  };
  EXPECT_EQ(first_edit(R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}})"),
            R"(/Statement/1/Condition/ArnNotLike/aws:PrincipalArn ["arn:aws:iam::*:role/admin", )"
            R"("arn:aws:iam::111122223333:role/team/ci"])");
  EXPECT_THAT(first_edit(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}})"),
              HasSubstr("ArnNotEquals"));
  EXPECT_THAT(first_edit(R"({"ForAnyValue:ArnNotLike":{"aws:PrincipalArn":)"
                         R"("arn:aws:iam::*:role/admin"}})"),
              HasSubstr("/ArnNotEquals "));
}

TEST(ExemptCaller, NamesAServiceByItsName) {
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"})";
  EXPECT_THAT(edits_of(against_organization("RESOURCE_CONTROL_POLICY", kDeny,
                                            R"({"service":"lambda.amazonaws.com"})")),
              Contains(HasSubstr(R"("aws:PrincipalServiceName": "lambda.amazonaws.com")")));
  // An exception for principals does not cover a service.
  constexpr std::string_view kSpared =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":)"
      R"({"ArnNotLikeIfExists":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}})";
  EXPECT_THAT(edits_of(against_organization("RESOURCE_CONTROL_POLICY", kSpared,
                                            R"({"service":"lambda.amazonaws.com"})")),
              Contains(AllOf(HasSubstr("aws:PrincipalServiceName"), Not(HasSubstr("role/admin")))));
}

TEST(ExemptCaller, NamesATokenByItsOneSubject) {
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"})";
  const auto edits = [&](std::string_view claims) {
    return edits_of(against_organization(
        "RESOURCE_CONTROL_POLICY", kDeny,
        R"({"federated":"ci.example.com","claims":)" + std::string(claims) + "}",
        R"("action":"sts:AssumeRoleWithWebIdentity")",
        R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})"));
  };
  EXPECT_THAT(edits(R"({"sub":"a","aud":"b"})"),
              Contains(HasSubstr(R"({"ci.example.com:sub": "a"})")));
  EXPECT_THAT(edits(R"({"sub":["a","c"],"aud":"b"})"), Not(Contains(HasSubstr("ci.example.com"))));
  EXPECT_THAT(edits(R"({"aud":"b"})"), Not(Contains(HasSubstr("ci.example.com"))));
}

TEST(ExemptCaller, NamesNoPersonWhoSignsIn) {
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"})";
  EXPECT_THAT(summaries_of(against_organization(
                  "RESOURCE_CONTROL_POLICY", kDeny,
                  R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp","claims":)"
                  R"({"SAML:aud":"a"}})",
                  R"("action":"sts:AssumeRoleWithSAML")",
                  R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})")),
              Not(Contains(StartsWith("exempt `arn:aws:iam::444455556666:saml"))));
}

TEST(ExemptCaller, NamesTheAccountWhereThePathIsNotKnown) {
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"})";
  EXPECT_THAT(edits_of(against_organization("RESOURCE_CONTROL_POLICY", kDeny,
                                            "arn:aws:sts::777788889999:assumed-role/ci/run-7", "",
                                            R"({"AWS":"777788889999"})")),
              Contains(HasSubstr(R"({"aws:PrincipalAccount": "777788889999"})")));
}

// ---- The role.

TEST(ExemptResource, TakesARoleOutOfAStatementOfAllRoles) {
  const auto edits = [](std::string_view action, std::string_view resource) {
    return edits_of(against_scp(R"({"Effect":"Deny","Action":)" + std::string(action) +
                                R"(,"Resource":")" + std::string(resource) + "\"}"));
  };
  const std::string spared =
      R"(/Statement/1/NotResource "arn:aws:iam::444455556666:role/deploy"; /Statement/1/Resource )";
  for (const std::string_view all : {"*", "arn:aws:iam::*:role/*", "arn:aws:iam::*:*"}) {
    EXPECT_THAT(edits(R"("sts:AssumeRole")", all), Contains(spared)) << all;
    EXPECT_THAT(edits(R"(["sts:AssumeRole","sts:SetSourceIdentity","iam:PassRole"])", all),
                Contains(spared))
        << all;
  }
  for (const std::string_view some : {"arn:aws:iam::444455556666:*", "arn:aws:iam::*:role/d*",
                                      "arn:aws:iam::444455556666:role/*"}) {
    EXPECT_THAT(edits(R"("sts:AssumeRole")", some), Not(Contains(HasSubstr("NotResource"))))
        << some;
  }
  // All roles are not all that this one denies.
  EXPECT_THAT(edits(R"(["sts:AssumeRole","iam:*"])", "arn:aws:iam::*:role/*"),
              Not(Contains(HasSubstr("NotResource"))));
}

TEST(ExemptResource, AddsToTheRolesThatAreSpared) {
  EXPECT_THAT(edits_of(against_scp(R"({"Effect":"Deny","Action":"sts:AssumeRole","NotResource":)"
                                   R"("arn:aws:iam::444455556666:role/x"})")),
              Contains(R"(/Statement/1/NotResource ["arn:aws:iam::444455556666:role/x", )"
                       R"("arn:aws:iam::444455556666:role/deploy"])"));
}

TEST(ExemptResource, KeepsTheSidWithTheStatementThatStays) {
  const auto edits =
      edits_of(against_scp(R"({"Sid":"Guard","Effect":"Deny","Action":["iam:*","sts:AssumeRole"],)"
                           R"("Resource":"*"})"));
  EXPECT_THAT(edits, Contains(AllOf(StartsWith("/Statement/1/Action/1 "), HasSubstr("NotResource"),
                                    Not(HasSubstr("Guard")))));
}

TEST(ExemptAction, TakesOneOfSeveralActionsOut) {
  EXPECT_THAT(edits_of(against_scp(R"({"Effect":"Deny","Action":["iam:*","sts:assumerole"],)"
                                   R"("Resource":"*"})")),
              Contains("/Statement/1/Action/1 "));
  EXPECT_THAT(edits_of(against_scp(R"({"Effect":"Deny","NotAction":["s3:*"],"Resource":"*"})")),
              Contains(R"(/Statement/1/NotAction/- "sts:AssumeRole")"));
  EXPECT_THAT(edits_of(against_scp(R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})")),
              Not(Contains(StartsWith("/Statement/1/Action"))));
}

// ---- The caller's own policies and its boundary.

Candidates against_own(std::string_view document) {
  Asking asking;
  asking
      .add("1.gaad.json",
           role_export(kCi, trust_document(kTrustAccount),
                       R"(,"RolePolicyList":[{"PolicyName":"a","PolicyDocument":{"Version":)"
                       R"("2012-10-17","Statement":)" +
                           std::string(kAllowAll) +
                           R"(}},{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",)"
                           R"("Statement":)" +
                           std::string(document) + "}}]"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  const Proposing proposing(asking);
  return proposing.changes(&exempt_from_deny, proposing.cause("identity-explicit-deny"));
}

TEST(DropStatement, IsLastAndSaysWhatItGivesUp) {
  const Candidates changes =
      against_own(R"([{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}])");
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(edits_of(changes.back()), "/Statement/0 ");
  EXPECT_THAT(changes.back().warnings,
              ElementsAre("everything that statement 0 denies is no longer denied"));
}

TEST(DropStatement, LeavesADocumentWithItsOnlyStatement) {
  EXPECT_THAT(summaries_of(against_own(R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})")),
              Not(Contains(StartsWith("remove"))));
}

TEST(ExemptFromDeny, IsForDenyStatementsOnly) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  const Proposing proposing(asking);
  EXPECT_THAT(proposing.changes(&exempt_from_deny, proposing.cause("trust-no-matching-principal")),
              IsEmpty());
}

// A boundary stands before what many roles may do: the role that is asked for is the narrow part.
TEST(ExemptFromDeny, SparesTheRoleFirstInABoundary) {
  const auto first = [](std::string_view condition) {
    const std::string deny =
        R"({"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*","Condition":)" +
        std::string(condition) + "}";
    Asking asking;
    add_bounded_ci(asking, kAllowAll, std::string(kAllowAll) + "," + deny)
        .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
        .ask_for(kCiSession);
    const Candidates changes = Proposing(asking).changes("boundary-explicit-deny");
    return changes.empty() ? "" : changes[0].summary;
  };
  EXPECT_THAT(first("{}"), StartsWith("exempt `arn:aws:iam::444455556666:role/deploy` from"));
  EXPECT_THAT(first(R"({"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x"}})"),
              StartsWith("exempt `arn:aws:iam::111122223333:role/team/ci` from"));
}

}  // namespace
}  // namespace rolecall
