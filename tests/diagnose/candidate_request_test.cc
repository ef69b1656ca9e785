// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

// What changes the call, or what it is made with.
namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Edits proposed for the cause when the usual trust policy has this condition.
std::vector<std::string> edits_for(std::string_view condition, std::string_view code,
                                   std::string_view request = "",
                                   std::string_view caller = kCiSession) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"("sts:AssumeRole")", condition))
      .ask_for(caller, request);
  return edits_of(Proposing(asking).changes(code));
}

TEST(SendParameter, FillsThePatternOfASessionName) {
  EXPECT_THAT(edits_for(R"({"StringLike":{"sts:RoleSessionName":"job-?-*"}})",
                        "trust-condition-session-name", R"("session_name":"Build9")"),
              Contains(R"(/session_name "job-x-Build9")"));
  EXPECT_THAT(
      edits_for(R"({"StringLike":{"sts:RoleSessionName":["${aws:PrincipalTag/team}*","a-*"]}})",
                "trust-condition-session-name", R"("session_name":"build")"),
      Contains(R"(/session_name "a-build")"));
}

TEST(SendParameter, SendsAValueThatThePolicyListsOnly) {
  EXPECT_THAT(edits_for(R"({"StringNotEquals":{"sts:RoleSessionName":"build"}})",
                        "trust-condition-session-name", R"("session_name":"build")"),
              Not(Contains(HasSubstr("session_name"))));
  EXPECT_THAT(
      edits_for(R"({"Null":{"sts:ExternalId":"true"}})", "trust-condition-external-id-mismatch",
                R"("context":{"sts:ExternalId":"red"})"),
      Not(Contains(HasSubstr("/context"))));
  EXPECT_THAT(edits_for(R"({"StringLike":{"sts:ExternalId":"blue-*"}})",
                        "trust-condition-external-id-missing"),
              IsEmpty());
}

TEST(SendParameter, SpellsTheKeyAsTheRequestDoes) {
  EXPECT_THAT(
      edits_for(R"({"StringEquals":{"sts:ExternalId":"blue"}})",
                "trust-condition-external-id-mismatch", R"("context":{"STS:externalid":"red"})"),
      Contains(R"(/context/STS:externalid "blue")"));
}

TEST(SendParameter, SendsSourceIdentityTagsRegionAndEndpoint) {
  EXPECT_THAT(edits_for(R"({"StringEquals":{"sts:SourceIdentity":"ann"}})",
                        "trust-condition-source-identity"),
              Contains(R"(/source_identity "ann")"));
  EXPECT_THAT(edits_for(R"({"StringEquals":{"sts:SourceIdentity":"ann"}})",
                        "trust-condition-source-identity", R"("inherited_source_identity":"bob")"),
              Not(Contains(HasSubstr("/source_identity"))));
  EXPECT_THAT(
      edits_for(R"({"StringEquals":{"aws:RequestTag/a/b":"c"}})", "trust-condition-request-tag"),
      Contains(R"(/tags/a~1b "c")"));
  EXPECT_THAT(
      edits_for(R"({"StringLike":{"aws:RequestTag/a":"c*"}})", "trust-condition-request-tag"),
      Not(Contains(HasSubstr("/tags"))));
  EXPECT_THAT(edits_for(R"({"StringEquals":{"aws:RequestedRegion":"eu-west-1"}})",
                        "trust-condition-region", R"("region":"us-east-1")"),
              Contains(R"(/region "eu-west-1")"));
  EXPECT_THAT(edits_for(R"({"StringLike":{"aws:RequestedRegion":"eu-*"}})",
                        "trust-condition-region", R"("region":"us-east-1")"),
              Not(Contains(HasSubstr("/region"))));
  EXPECT_THAT(edits_for(R"({"StringEquals":{"aws:SourceVpce":"vpce-0a1"}})", "trust-condition-vpc",
                        R"("vpc_endpoint":"vpce-0a2")"),
              Contains(R"(/vpc_endpoint "vpce-0a1")"));
  EXPECT_THAT(edits_for(R"({"StringLike":{"aws:SourceVpce":"vpce-*1"}})", "trust-condition-vpc",
                        R"("vpc_endpoint":"vpce-0a2")"),
              Not(Contains(HasSubstr("/vpc_endpoint"))));
}

TEST(SendParameter, PassesTheDeviceOfAUser) {
  constexpr std::string_view kMfa = R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})";
  EXPECT_THAT(edits_for(kMfa, "trust-condition-mfa-missing", "", kUser),
              Contains(HasSubstr("arn:aws:iam::111122223333:mfa/ann")));
  EXPECT_THAT(edits_for(kMfa, "trust-condition-mfa-chained"), Not(Contains(HasSubstr("/mfa"))));
}

// ---- The role.

std::vector<std::string> roles_for(const std::string& asked, std::string_view code,
                                   std::string_view more_roles = "") {
  Asking asking;
  asking.add("1.gaad.json", caller_export());
  asking.add("2.gaad.json", R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],)"
                            R"("RoleDetailList":[{"Arn":"arn:aws:iam::444455556666:role/x/deploy",)"
                            R"("RoleId":"AROA1","AssumeRolePolicyDocument":)" +
                                trust_document(kTrustAccount) + "}" + std::string(more_roles) +
                                "]}");
  asking.ask(R"({"principal":"arn:aws:iam::111122223333:user/ann","role":")" + asked + "\"}");
  return edits_of(Proposing(asking).changes(code));
}

std::string more_role(std::string_view path_and_name) {
  return R"(,{"Arn":"arn:aws:iam::444455556666:role/)" + std::string(path_and_name) +
         R"(","RoleId":"AROA2","AssumeRolePolicyDocument":)" + trust_document(kTrustAccount) + "}";
}

TEST(CorrectRoleArn, ReadsARoleOutOfWhatWasWritten) {
  EXPECT_THAT(roles_for("arn:aws:iam::444455556666:instance-profile/deploy",
                        "request-target-not-a-role-arn"),
              ElementsAre(R"(/role "arn:aws:iam::444455556666:role/x/deploy")"));
  EXPECT_THAT(roles_for("arn:aws:iam::444455556666:instance-profile/other",
                        "request-target-not-a-role-arn"),
              ElementsAre(R"(/role "arn:aws:iam::444455556666:role/other")"));
  EXPECT_THAT(
      roles_for("arn:aws:sts::444455556666:assumed-role/deploy/s", "request-target-not-a-role-arn"),
      ElementsAre(R"(/role "arn:aws:iam::444455556666:role/x/deploy")"));
  EXPECT_THAT(roles_for("'arn:aws:iam::444455556666:role/x/ deploy'", "request-role-arn-malformed"),
              Contains(R"(/role "arn:aws:iam::444455556666:role/x/deploy")"));
}

TEST(CorrectRoleArn, OffersAFewRolesOfTheAccountThatAreLike) {
  const std::string protected_roles =
      more_role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS") +
      more_role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_01");
  EXPECT_THAT(
      roles_for("arn:aws:iam::444455556666:role/deplay", "request-role-not-found", protected_roles),
      ElementsAre(R"(/role "arn:aws:iam::444455556666:role/x/deploy")"));
  EXPECT_THAT(roles_for("arn:aws:iam::444455556666:role/deplay", "request-role-not-found",
                        more_role("a") + more_role("deplax") + more_role("b") + more_role("c")),
              testing::AllOf(testing::SizeIs(3),
                             Contains(R"(/role "arn:aws:iam::444455556666:role/deplax")")));
}

// ---- Sessions, Regions, credentials.

TEST(CorrectSessionName, ReplacesWhatANameCannotHold) {
  const auto name_for = [](std::string_view name) {
    Asking asking;
    asking.usual().ask_for(kUser, R"("session_name":")" + std::string(name) + "\"");
    return edits_of(Proposing(asking).changes("request-session-name-invalid"));
  };
  EXPECT_THAT(name_for("Ann Lee/7"), ElementsAre(R"(/session_name "Ann-Lee-7")"));
  EXPECT_THAT(name_for("x"), ElementsAre(R"(/session_name "x-session")"));
  EXPECT_THAT(name_for("ab{}"), ElementsAre(R"(/session_name "ab")"));
  EXPECT_THAT(name_for(std::string(70, 'a')),
              ElementsAre("/session_name \"" + std::string(64, 'a') + "\""));
}

TEST(DropConflictingTag, LeavesTheOtherTags) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:TagSession"])"))
      .ask_for(kCiSession,
               R"("tags":{"Team":"blue","stage":"x"},"inherited_transitive_tags":{"team":"red"})");
  const Proposing proposing(asking);
  EXPECT_THAT(edits_of(proposing.changes("request-transitive-tag-conflict")),
              ElementsAre("/tags/Team "));
  Cause unnamed = proposing.cause("request-transitive-tag-conflict");
  unnamed.actual.reset();
  EXPECT_THAT(proposing.changes(&drop_conflicting_tag, unnamed), IsEmpty());
}

TEST(CorrectSourceIdentity, KeepsThatOfTheSession) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, R"(["sts:AssumeRole","sts:SetSourceIdentity"])"))
      .ask_for(kCiSession, R"("source_identity":"ann","inherited_source_identity":"bob")");
  EXPECT_THAT(edits_of(Proposing(asking).changes("request-source-identity-change")),
              ElementsAre("/source_identity "));
}

TEST(UseOtherRegion, IsOneThatIsAlwaysActive) {
  const auto regions = [](std::string_view partition, std::string_view more) {
    const std::string aws(partition);
    Asking asking;
    asking
        .add("1.gaad.json",
             R"({"UserDetailList":[{"Arn":"arn:)" + aws +
                 R"(:iam::111122223333:user/ann","UserName":"ann"}],"GroupDetailList":[],)"
                 R"("Policies":[],"RoleDetailList":[{"Arn":"arn:)" +
                 aws + R"(:iam::111122223333:role/deploy","AssumeRolePolicyDocument":)" +
                 trust_document(kTrustAccount) + "}]}")
        .ask(R"({"principal":"arn:)" + aws + R"(:iam::111122223333:user/ann","role":"arn:)" + aws +
             R"(:iam::111122223333:role/deploy","observations":{"sts_region_disabled":true})" +
             std::string(more) + "}");
    return edits_of(Proposing(asking).changes("request-region-disabled"));
  };
  EXPECT_THAT(regions("aws", R"(,"region":"ap-east-1")"), Contains(R"(/region "us-east-1")"));
  EXPECT_THAT(regions("aws-cn", R"(,"region":"cn-northwest-1")"),
              Contains(R"(/region "cn-north-1")"));
  EXPECT_THAT(regions("aws-us-gov", R"(,"region":"us-gov-west-1")"),
              Not(Contains(StartsWith("/region"))));
  EXPECT_THAT(regions("aws", ""), Not(Contains(StartsWith("/region"))));
}

TEST(RaiseMaxDuration, WantsARoleAndADuration) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("duration_seconds":7200)");
  const Proposing proposing(asking);
  EXPECT_THAT(summaries_of(proposing.changes("request-duration-exceeds-role-max")),
              ElementsAre("ask for a session of 3600 seconds",
                          "raise MaxSessionDuration of role deploy to 7200 seconds"));
  Asking silent;
  silent.usual().ask_for(kUser);
  EXPECT_THAT(Proposing(silent).changes(&raise_max_duration, Cause{}), IsEmpty());
  Asking unknown;
  unknown.usual().ask(R"({"principal":"arn:aws:iam::111122223333:user/ann","role":)"
                      R"("arn:aws:iam::777788889999:role/x","duration_seconds":7200})");
  EXPECT_THAT(Proposing(unknown).changes(&raise_max_duration, Cause{}), IsEmpty());
}

// ---- What the caller is tagged with, and what its token says.

TEST(TagPrincipal, TagsWhatTheAccountOwns) {
  constexpr std::string_view kTeam = R"({"StringEquals":{"aws:PrincipalTag/team":"red"}})";
  const auto commands_for = [&](const std::string& caller_file, std::string_view principal) {
    Asking asking;
    asking.add("1.gaad.json", caller_file)
        .add("2.gaad.json",
             role_export(kDeploy, trust_document(kTrustAccount, R"("sts:AssumeRole")", kTeam)))
        .ask_for(principal);
    std::string text;
    for (const FixChange& each : Proposing(asking).changes("trust-condition-principal-tag")) {
      for (const std::string& command : each.commands) text += command + "\n";
    }
    return text;
  };
  EXPECT_THAT(commands_for(caller_export(), kUser), HasSubstr("aws iam tag-user"));
  EXPECT_THAT(commands_for(caller_export(), kCiSession), HasSubstr("aws iam tag-role"));
  EXPECT_EQ(commands_for(role_export("arn:aws:iam::111122223333:role/aws-reserved/"
                                     "sso.amazonaws.com/AWSReservedSSO_A_01",
                                     trust_document(kTrustAccount)),
                         "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_A_01/ann"),
            "");
  EXPECT_EQ(commands_for(role_export("arn:aws:iam::111122223333:role/aws-service-role/"
                                     "ecs.amazonaws.com/AWSServiceRoleForECS",
                                     trust_document(kTrustAccount)),
                         "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/s"),
            "");
}

TEST(TagPrincipal, WantsOneValueOfATag) {
  const auto tags = [](std::string_view condition) {
    Asking asking;
    asking.usual(trust_document(kTrustAccount, R"("sts:AssumeRole")", condition)).ask_for(kUser);
    const Proposing proposing(asking);
    return summaries_of(proposing.changes(&tag_principal, proposing.causes().at(0)));
  };
  EXPECT_THAT(tags(R"({"StringLike":{"aws:PrincipalTag/team":"red-*"}})"), IsEmpty());
  EXPECT_THAT(tags(R"({"StringEquals":{"sts:ExternalId":"red"}})"), IsEmpty());
}

constexpr std::string_view kCiProvider =
    R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/other.example.com",)"
    R"("Url":"other.example.com","ClientIDList":["other"]},{"Arn":)"
    R"("arn:aws:iam::444455556666:oidc-provider/ci.example.com","Url":"ci.example.com",)"
    R"("ClientIDList":["one","two"]}],"SAMLProviders":[]})";

Asking& ask_with_token(Asking& asking, std::string_view condition, std::string_view claims) {
  return asking
      .usual(trust_document(
          R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
          R"(["sts:AssumeRoleWithWebIdentity","sts:TagSession"])", condition))
      .add("identity-providers.json", std::string(kCiProvider))
      .ask_for(R"({"federated":"ci.example.com","claims":)" + std::string(claims) + "}",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
}

TEST(RenewSession, IsIssuedWhenTheDenyEnds) {
  Cause revoked;
  revoked.code = "identity-session-revoked";
  revoked.expected = {"2026-06-01T00:00:00Z"};
  Asking asking;
  asking.usual().ask_for(kCiSession, R"("context":{"aws:tokenissuetime":"2026-01-01T00:00:00Z"})");
  const Candidates changes = Proposing(asking).changes(&renew_session, revoked);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].summary,
            "get a new session of the caller, issued at 2026-06-01T00:00:00Z or later");
  EXPECT_EQ(edits_of(changes[0]), R"(/context/aws:tokenissuetime "2026-06-01T00:00:00Z")");
  EXPECT_EQ(changes[0].kind, FixKind::Command);
  asking.ask_for(kCiSession);
  EXPECT_THAT(Proposing(asking).changes(&renew_session, revoked), IsEmpty());
}

TEST(ChangeToken, AsksForAnAudienceOfTheProvider) {
  Asking asking;
  ask_with_token(asking, "{}", R"({"sub":"a","aud":"one"})");
  EXPECT_THAT(
      summaries_of(Proposing(asking).changes(&change_token, Cause{})),
      ElementsAre("request the token for audience `one`", "request the token for audience `two`"));
}

TEST(ChangeToken, PutsTheTagsIntoTheToken) {
  Asking asking;
  ask_with_token(asking,
                 R"({"StringEquals":{"aws:RequestTag/team":"blue","ci.example.com:sub":"a"}})",
                 R"({"sub":"a","aud":"one"})");
  const Candidates changes = Proposing(asking).changes("trust-condition-request-tag");
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(
      changes[0].summary,
      "have the identity provider put the session tags into the token, as claim "
      "`https://aws.amazon.com/tags` with the value {\"principal_tags\": {\"team\": [\"blue\"]}}");
  EXPECT_THAT(changes[0].commands, IsEmpty());  // A claim is nothing that a shell runs.
  EXPECT_THAT(edits_of(changes[0]), HasSubstr(R"(principal_tags)"));
  EXPECT_THAT(edits_of(changes[0]), HasSubstr("team"));
  EXPECT_THAT(edits_of(changes[0]), Not(HasSubstr(":sub")));
}

TEST(ChangeToken, IsForBearersOfTokensOnly) {
  Asking asking;
  asking.usual().ask_for(kUser);
  EXPECT_THAT(Proposing(asking).changes(&change_token, Cause{}), IsEmpty());
}

}  // namespace
}  // namespace rolecall
