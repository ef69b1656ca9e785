// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

// What changes whom a trust policy admits, and for what.
namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kWebIdentityAction = R"("sts:AssumeRoleWithWebIdentity")";

// ---- In place of one that admits nobody.

// The edit that takes the first value's place, or nothing.
std::string replaced(std::string_view principal, std::string_view caller = kCiSession,
                     std::string_view request = "") {
  Asking asking;
  asking
      .usual(trust_document(principal, R"(["sts:AssumeRole","sts:AssumeRoleWithWebIdentity",)"
                                       R"("sts:AssumeRoleWithSAML"])"))
      .add("identity-providers.json",
           R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/)"
           R"(cd.example.com","Url":"cd.example.com","ClientIDList":["a"]}],"SAMLProviders":)"
           R"([{"Arn":"arn:aws:iam::444455556666:saml-provider/old"}]})")
      .ask_for(caller, request);
  const Proposing proposing(asking);
  for (const Cause& each : proposing.causes()) {
    if (each.gate != Gate::Trust) continue;
    const Candidates changes = proposing.changes(&admit_in_place_of_dead, each);
    return changes.empty() ? "" : edits_of(changes[0]);
  }
  ADD_FAILURE() << "the trust policy does not refuse: " << principal;
  return "";
}

TEST(AdmitInPlaceOfDead, ReplacesWhatAdmitsNobody) {
  const std::string role = R"( "arn:aws:iam::111122223333:role/team/ci")";
  for (const std::string_view dead :
       {"arn:aws:iam::111122223333:role/gone", "arn:aws:iam::111122223333:user/gone",
        "AROAQABLZS4A3QDUDEAD", "arn:aws:iam::111122223333:role/c*",
        "arn:aws:iam::111122223333:group/ops", "arn:aws:iam::111122223333:instance-profile/ci",
        "ci"}) {
    EXPECT_EQ(replaced(R"({"AWS":")" + std::string(dead) + R"("})"),
              "/Statement/0/Principal/AWS" + role)
        << dead;
  }
}

TEST(AdmitInPlaceOfDead, LeavesWhatMayAdmitSomebody) {
  for (const std::string_view alive :
       {"arn:aws:iam::111122223333:user/ann", "arn:aws:iam::777788889999:role/unseen",
        "777788889999", "arn:aws:sts::111122223333:assumed-role/ci/other"}) {
    EXPECT_EQ(replaced(R"({"AWS":")" + std::string(alive) + R"("})"), "") << alive;
  }
  EXPECT_EQ(replaced(R"({"Service":"ec2.amazonaws.com"})"), "");
}

TEST(AdmitInPlaceOfDead, ReplacesProvidersThatCannotServeTheRole) {
  constexpr std::string_view kSaml =
      R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp","claims":{"SAML:aud":"a"}})";
  const auto provider = [&](std::string_view arn) {
    return replaced(R"({"Federated":")" + std::string(arn) + R"("})", kSaml,
                    R"("action":"sts:AssumeRoleWithSAML")");
  };
  const std::string corp =
      R"(/Statement/0/Principal/Federated "arn:aws:iam::444455556666:saml-provider/corp")";
  EXPECT_EQ(provider("arn:aws:iam::777788889999:saml-provider/corp"), corp);
  EXPECT_EQ(provider("arn:aws:iam::444455556666:saml-provider/gone"), corp);
  EXPECT_EQ(provider("arn:aws:iam::444455556666:saml-provider/old"), "");
  EXPECT_EQ(provider("arn:aws:iam::444455556666:oidc-provider/cd.example.com"), "");
  EXPECT_EQ(provider("accounts.google.com"), "");
}

TEST(AdmitInPlaceOfDead, LeavesStatementsThatExceptSomebody) {
  Asking asking;
  asking
      .usual(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":)"
             R"({"AWS":"AROAQABLZS4A3QDUDEAD"},"Action":"sts:AssumeRole"}]})")
      .ask_for(kCiSession);
  const Proposing proposing(asking);
  const Cause cause = proposing.cause("trust-notprincipal-unsupported");
  EXPECT_THAT(proposing.changes(&admit_in_place_of_dead, cause), IsEmpty());
  EXPECT_THAT(proposing.changes(&admit_beside, cause), IsEmpty());
}

// ---- Beside the others, or by a statement of its own.

TEST(AdmitBeside, WantsAStatementForThisCall) {
  Asking asking;
  asking
      .usual(
          trust_document(R"({"AWS":"arn:aws:iam::111122223333:user/ann"})", R"("sts:TagSession")"))
      .ask_for(kCiSession);
  const Proposing proposing(asking);
  ASSERT_FALSE(proposing.causes().empty());
  EXPECT_THAT(proposing.changes(&admit_beside, proposing.causes()[0]), IsEmpty());
}

TEST(AdmitByOwnStatement, IsProposedWhereThePolicyAllowsNothing) {
  Asking asking;
  asking
      .usual(R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":)"
             R"("777788889999"},"Action":"sts:AssumeRole"}})")
      .ask_for(kCiSession, R"("context":{"sts:ExternalId":"blue-7"})");
  EXPECT_THAT(
      edits_of(Proposing(asking).changes("trust-no-matching-principal")),
      Contains(HasSubstr(R"("Condition": {"StringEquals": {"sts:ExternalId": "blue-7"}})")));
}

TEST(AdmitByOwnStatement, NarrowsAServiceToItsSource) {
  const auto statement_for = [](std::string_view context) {
    Asking asking;
    asking.usual().ask_for(R"({"service":"lambda.amazonaws.com"})",
                           R"("context":)" + std::string(context));
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&admit_by_own_statement, proposing.causes().at(0)).at(0));
  };
  EXPECT_THAT(statement_for(R"({"aws:SourceAccount":"111122223333"})"),
              HasSubstr(R"("StringEquals": {"aws:SourceAccount": "111122223333"})"));
  EXPECT_THAT(statement_for(R"({"aws:SourceAccount":["111122223333","444455556666"]})"),
              Not(HasSubstr("Condition")));
  EXPECT_THAT(statement_for(R"({"aws:SourceAccount":[]})"), Not(HasSubstr("Condition")));
}

TEST(AdmitByOwnStatement, WarnsWhereTheSubjectIsNotKnown) {
  const auto warned = [](std::string_view claims) {
    Asking asking;
    asking.usual().ask_for(R"({"federated":"ci.example.com","claims":)" + std::string(claims) + "}",
                           R"("action":"sts:AssumeRoleWithWebIdentity")");
    const Proposing proposing(asking);
    const FixChange change =
        proposing.changes(&admit_by_own_statement, proposing.causes().at(0)).at(0);
    return change.warnings;
  };
  EXPECT_THAT(warned(R"({"sub":"a","aud":"b"})"), IsEmpty());
  EXPECT_THAT(warned(R"({"sub":["a","b"],"aud":"b"})"),
              ElementsAre("every token of `ci.example.com` may assume the role"));
}

TEST(AdmitByOwnStatement, TrustsTheServiceThatARoleIsPassedTo) {
  Asking asking;
  asking
      .add("1.gaad.json", ci_export(R"({"Effect":"Allow","Action":"iam:PassRole","Resource":"*"})"))
      .ask(R"({"action":"iam:PassRole","principal":"arn:aws:sts::111122223333:assumed-role/ci/r",)"
           R"("role":"arn:aws:iam::111122223333:role/team/ci","context":{"iam:PassedToService":)"
           R"("lambda.amazonaws.com"}})");
  const Proposing proposing(asking);
  EXPECT_THAT(edits_of(proposing.changes("trust-service-principal-mismatch")),
              Contains(HasSubstr(R"({"Service": "lambda.amazonaws.com"}, "Action": )"
                                 R"("sts:AssumeRole")")));
}

// ---- A role whose path is not known.

constexpr std::string_view kPermissionSet =
    "arn:aws:sts::777788889999:assumed-role/AWSReservedSSO_Ops_0123456789abcdef/ann";
constexpr std::string_view kItsPatterns =
    R"({"ArnLike": {"aws:PrincipalArn": [)"
    R"("arn:aws:iam::777788889999:role/aws-reserved/sso.amazonaws.com/)"
    R"(AWSReservedSSO_Ops_0123456789abcdef", )"
    R"("arn:aws:iam::777788889999:role/aws-reserved/sso.amazonaws.com/*/)"
    R"(AWSReservedSSO_Ops_0123456789abcdef"]}})";

TEST(AdmitByOwnStatement, NamesAPermissionSetByItsPath) {
  Asking asking;
  asking.usual().ask_for(kPermissionSet);
  const std::vector<std::string> edits =
      edits_of(Proposing(asking).changes("trust-principal-other-account"));
  EXPECT_THAT(edits, ElementsAre(HasSubstr(std::string(kItsPatterns))));
  EXPECT_THAT(edits[0], HasSubstr(R"({"AWS": "arn:aws:iam::777788889999:root"})"));
}

TEST(AdmitInPlaceOfDead, GivesAPermissionSetItsPath) {
  const auto edits = [](std::string_view more) {
    Asking asking;
    asking
        .usual(trust_document(R"({"AWS":["arn:aws:iam::777788889999:role/)"
                              R"(AWSReservedSSO_Ops_0123456789abcdef")" +
                              std::string(more) + "]}"))
        .ask_for(kPermissionSet);
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&admit_in_place_of_dead,
                                      proposing.cause("trust-principal-role-path-missing")));
  };
  EXPECT_THAT(edits(""), ElementsAre(HasSubstr("arn:aws:iam::777788889999:root")));
  // The condition would be asked of the others too.
  EXPECT_THAT(edits(R"(,"arn:aws:iam::777788889999:user/ann")"), IsEmpty());
}

TEST(AdmitBeside, WarnsThatThePathOfARoleIsNotKnown) {
  Asking asking;
  asking.usual().ask_for("arn:aws:sts::777788889999:assumed-role/ci/run-7");
  const Candidates changes = Proposing(asking).changes("trust-principal-other-account");
  ASSERT_FALSE(changes.empty());
  for (const FixChange& each : changes) {
    EXPECT_THAT(each.warnings, ElementsAre(HasSubstr("whether role ci has a path is not known")));
    EXPECT_FALSE(each.opens);
  }
}

// ---- Another provider.

TEST(RenameProvider, RenamesItsKeysToo) {
  Asking asking;
  asking
      .usual(trust_document(
          R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/old.example.com"})",
          kWebIdentityAction,
          R"({"StringEquals":{"old.example.com:sub":"a","aws:PrincipalTag/x":"y"}})"))
      .add("identity-providers.json",
           R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/)"
           R"(ci.example.com","Url":"ci.example.com","ClientIDList":["b"]}],"SAMLProviders":[]})")
      .ask_for(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
  const Proposing proposing(asking);
  const Candidates changes =
      proposing.changes(&rename_provider, proposing.cause("trust-federated-provider-mismatch"));
  ASSERT_EQ(changes.size(), 1U) << proposing.codes();
  EXPECT_THAT(edits_of(changes[0]), HasSubstr("oidc-provider/ci.example.com"));
  EXPECT_THAT(edits_of(changes[0]), HasSubstr(R"(/ci.example.com:sub "a")"));
  EXPECT_THAT(edits_of(changes[0]), Not(HasSubstr("PrincipalTag")));
  EXPECT_EQ(changes[0].summary,
            "name the provider `ci.example.com` instead of `old.example.com`, and its keys, in "
            "statement 0 of the trust policy of role deploy");
}

TEST(RenameProvider, LeavesAProviderThatServesOthers) {
  const auto renamed = [](std::string_view principal, std::string_view caller,
                          std::string_view action) {
    Asking asking;
    asking
        .usual(trust_document(principal, R"(["sts:AssumeRoleWithWebIdentity",)"
                                         R"("sts:AssumeRoleWithSAML"])"))
        .add("identity-providers.json",
             R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/)"
             R"(cd.example.com","Url":"cd.example.com","ClientIDList":["b"]}],"SAMLProviders":[]})")
        .ask_for(caller, R"("action":")" + std::string(action) + "\"");
    const Proposing proposing(asking);
    return proposing.changes(&rename_provider, proposing.cause("trust-federated-provider-mismatch"))
        .size();
  };
  constexpr std::string_view kToken =
      R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})";
  constexpr std::string_view kAssertion =
      R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp","claims":{"SAML:aud":"a"}})";
  constexpr std::string_view kGone =
      R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/gone.example.com"})";
  EXPECT_EQ(renamed(kGone, kToken, "sts:AssumeRoleWithWebIdentity"), 1U);
  EXPECT_EQ(renamed(kGone, kAssertion, "sts:AssumeRoleWithSAML"), 0U);
  EXPECT_EQ(renamed(R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/cd.example.com"})",
                    kToken, "sts:AssumeRoleWithWebIdentity"),
            0U);
  EXPECT_EQ(renamed(R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})", kToken,
                    "sts:AssumeRoleWithWebIdentity"),
            0U);
}

// ---- Actions and conditions.

TEST(AddAction, AddsWhatTheStatementWouldThenAllow) {
  const auto edits = [](std::string_view statement) {
    Asking asking;
    asking.usual(R"({"Version":"2012-10-17","Statement":[)" + std::string(statement) + "]}")
        .ask_for(kCiSession, R"("tags":{"team":"blue"},"source_identity":"ann")");
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&add_action, proposing.cause("trust-tagsession-missing")));
  };
  const std::string allow = R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},)";
  EXPECT_THAT(edits(allow + R"("Action":"sts:AssumeRole"})"),
              ElementsAre(HasSubstr(R"(["sts:AssumeRole", "sts:TagSession"])")));
  EXPECT_THAT(edits(allow + R"("NotAction":["sts:TagSession","sts:SetSourceIdentity"]})"),
              IsEmpty());
}

TEST(CorrectAction, ReplacesThatOfAnotherCall) {
  const auto edits = [](std::string_view principal, std::string_view action) {
    Asking asking;
    asking.usual(trust_document(principal, action))
        .ask_for(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})",
                 R"("action":"sts:AssumeRoleWithWebIdentity")");
    const Proposing proposing(asking);
    return edits_of(proposing.changes(&correct_action, proposing.causes().at(0)));
  };
  constexpr std::string_view kOidc =
      R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})";
  EXPECT_THAT(edits(kOidc, R"("sts:AssumeRole")"),
              ElementsAre(R"(/Statement/0/Action "sts:AssumeRoleWithWebIdentity")"));
  EXPECT_THAT(edits(kOidc, R"(["sts:TagSession","sts:AssumeRoleWithSAML"])"),
              ElementsAre(HasSubstr(R"("sts:AssumeRoleWithWebIdentity")")));
  EXPECT_THAT(edits(kOidc, R"("sts:TagSession")"), IsEmpty());
  // Others need it as it is.
  EXPECT_THAT(edits(R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com",)"
                    R"("AWS":"111122223333"})",
                    R"("sts:AssumeRole")"),
              IsEmpty());
}

TEST(OwnStatementWithoutCondition, KeepsWhatIsOpenForTheCallItself) {
  const auto statement_for = [](std::string_view condition, std::string_view code,
                                std::string_view request) {
    Asking asking;
    asking.usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])", condition))
        .ask_for(kCiSession, request);
    const Proposing proposing(asking);
    const Candidates changes =
        proposing.changes(&own_statement_without_condition, proposing.cause(code));
    return changes.empty() ? "" : edits_of(changes[0]);
  };
  constexpr std::string_view kOpenAddress =
      R"({"StringEquals":{"aws:PrincipalTag/team":"red"},"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})";
  const std::string main =
      statement_for(kOpenAddress, "trust-condition-principal-tag", R"("open":["aws:SourceIp"])");
  EXPECT_THAT(main, HasSubstr("aws:SourceIp"));
  EXPECT_THAT(main, Not(HasSubstr("PrincipalTag")));
  constexpr std::string_view kOnSubAction =
      R"({"StringEquals":{"sts:ExternalId":"blue-7"},"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})";
  const std::string sub = statement_for(
      kOnSubAction, "trust-condition-external-id-on-subaction",
      R"("tags":{"team":"blue"},"context":{"sts:ExternalId":"blue-7"},"open":["aws:SourceIp"])");
  EXPECT_THAT(sub, HasSubstr("sts:TagSession"));
  EXPECT_THAT(sub, Not(HasSubstr("aws:SourceIp")));
}

TEST(OwnStatementWithoutCondition, IsOfTrustPoliciesOnly) {
  Asking asking;
  asking
      .add("1.gaad.json", ci_export(R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":)"
                                    R"("arn:aws:iam::444455556666:role/x"})"))
      .add("2.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)))
      .ask_for(kCiSession);
  const Proposing proposing(asking);
  EXPECT_THAT(proposing.changes(&own_statement_without_condition,
                                proposing.cause("identity-resource-mismatch")),
              IsEmpty());
}

}  // namespace
}  // namespace rolecall
