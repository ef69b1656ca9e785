// SPDX-License-Identifier: Apache-2.0
#include "trust/context_builder.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::ElementsAre;

// What a sub-action sees of a key; the main action when none is named.
ContextEntry seen(const AssumeDecision& decision, std::string_view key,
                  std::string_view action = "") {
  for (const SubAction& sub : decision.sub_actions) {
    if (action.empty() || sub.authorization.action == action) {
      return sub.authorization.context.find(key);
    }
  }
  ADD_FAILURE() << "no sub-action " << action;
  return {};
}
ContextEntry seen(const Asking& asking, std::string_view key, std::string_view action = "") {
  return seen(asking.decide(), key, action);
}

// The usual role asked for by a service, of whose call everything or only this is known.
Asking service_asks(std::string_view service, bool whole) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":")" + std::string(service) + "\"}"));
  asking.ask_for(R"({"service":")" + std::string(service) + "\"}");
  asking.request.whole = whole;
  return asking;
}

Asking token_asks(std::string_view claims, std::string_view more = "") {
  Asking asking;
  asking.usual(trust_document(R"({"Federated":"accounts.google.com"})",
                              R"("sts:AssumeRoleWithWebIdentity")"));
  asking.ask_for(R"({"federated":"accounts.google.com","claims":)" + std::string(claims) + "}",
                 R"("action":"sts:AssumeRoleWithWebIdentity")" + std::string(more));
  return asking;
}

Asking assertion_asks(std::string_view claims, std::string_view more = "") {
  Asking asking;
  asking.usual(trust_document(R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})",
                              R"(["sts:AssumeRoleWithSAML","sts:TagSession"])"));
  asking.ask_for(R"({"federated":"arn:aws:iam::444455556666:saml-provider/corp","claims":)" +
                     std::string(claims) + "}",
                 R"("action":"sts:AssumeRoleWithSAML")" + std::string(more));
  return asking;
}

TEST(TimeContext, EitherKeyTellsTheOther) {
  const auto told = [](std::string_view context, std::string_view key) {
    Asking asking;
    asking.usual().ask_for(kUser, R"("context":{)" + std::string(context) + "}");
    return seen(asking, key);
  };
  EXPECT_THAT(told(R"("aws:CurrentTime":"2026-11-23T10:00:00Z")", "aws:EpochTime").values,
              ElementsAre("1795428000"));
  EXPECT_THAT(told(R"("aws:EpochTime":"1795428000")", "aws:CurrentTime").values,
              ElementsAre("2026-11-23T10:00:00Z"));
  EXPECT_EQ(told(R"("aws:CurrentTime":"soon")", "aws:EpochTime").state, KeyState::Unknown);
  EXPECT_EQ(told("", "aws:EpochTime").state, KeyState::Unknown);
}

TEST(EndpointContext, HasTheVpcOfItsOwnEndpoint) {
  const auto through = [](std::string_view endpoint) {
    Asking asking;
    asking.add("vpc-endpoints.json", R"({"VpcEndpoints":[
        {"VpcEndpointId":"vpce-0","VpcId":"vpc-0"},{"VpcEndpointId":"vpce-1","VpcId":"vpc-1"},
        {"VpcEndpointId":"vpce-2"}]})");
    asking.usual().ask_for(kUser, R"("vpc_endpoint":")" + std::string(endpoint) + "\"");
    return seen(asking, "aws:SourceVpc");
  };
  EXPECT_THAT(through("vpce-1").values, ElementsAre("vpc-1"));
  EXPECT_EQ(through("vpce-1").origin, KeyOrigin::Derived);
  for (const std::string_view other : {"vpce-2", "vpce-9"}) {
    EXPECT_EQ(through(other).state, KeyState::Unknown) << other;
    EXPECT_TRUE(through(other).never_absent) << other;
  }
}

TEST(PrincipalTags, AreNotKnownOfARoleThatWasOnlyListed) {
  const auto tag_state = [](std::string name, std::string text) {
    Asking asking;
    asking.add(std::move(name), std::move(text));
    asking.add("444455556666.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
    return seen(asking.ask_for(kCi), "aws:PrincipalTag/team").state;
  };
  EXPECT_EQ(
      tag_state("111122223333.roles.json", R"({"Roles":[{"RoleName":"ci","Path":"/team/","Arn":")" +
                                               std::string(kCi) + "\"}]}"),
      KeyState::Unknown);
  EXPECT_EQ(tag_state("111122223333.gaad.json", caller_export()), KeyState::Known);
}

TEST(PrincipalTags, OfACallerNobodyExportedAreAbsentInAWholeRequestOnly) {
  const auto tag_state = [](std::string_view principal, bool whole) {
    Asking asking;
    asking.usual().ask_for(principal);
    asking.request.whole = whole;
    return seen(asking, "aws:PrincipalTag/team").state;
  };
  constexpr std::string_view kStranger = "arn:aws:iam::777788889999:user/bob";
  EXPECT_EQ(tag_state(kStranger, true), KeyState::Absent);
  EXPECT_EQ(tag_state(kStranger, false), KeyState::Unknown);
  // Its account was exported, and lacks it.
  EXPECT_EQ(tag_state("arn:aws:iam::111122223333:user/bob", true), KeyState::Unknown);
}

TEST(PrincipalTags, OfAnAccountThatIsKnownFromItsRolesAreAbsent) {
  Asking asking;
  asking.add("111122223333.roles.json",
             R"({"Roles":[{"RoleName":"ci","Path":"/team/","Arn":")" + std::string(kCi) + "\"}]}");
  asking.add("444455556666.gaad.json", role_export(kDeploy, trust_document(kTrustAccount)));
  asking.ask_for(kUser);
  EXPECT_EQ(seen(asking, "aws:PrincipalTag/team").state, KeyState::Absent);
}

TEST(RolesAnywhere, PassesTagsAndAnIdentityThatOnlyAWholeRequestTells) {
  constexpr std::string_view kService = "rolesanywhere.amazonaws.com";
  for (const bool whole : {true, false}) {
    const AssumeDecision decision = service_asks(kService, whole).decide();
    const KeyState expected = whole ? KeyState::Absent : KeyState::Unknown;
    EXPECT_EQ(seen(decision, "aws:PrincipalTag/x509Subject/CN").state, expected);
    EXPECT_EQ(seen(decision, "sts:SourceIdentity").state, expected);
    EXPECT_EQ(seen(decision, "sts:RoleSessionName").state, expected);
    EXPECT_EQ(seen(decision, "aws:RequestTag/team", "sts:TagSession").state, expected);
    EXPECT_EQ(seen(decision, "aws:TagKeys", "sts:TagSession").state, expected);
    // Keys that a sub-action does not have stay absent.
    EXPECT_EQ(seen(decision, "sts:SourceIdentity", "sts:TagSession").state, KeyState::Absent);
    EXPECT_EQ(seen(decision, "aws:TagKeys", "sts:SetSourceIdentity").state, KeyState::Absent);
    EXPECT_EQ(seen(decision, "aws:RequestTag/team", "sts:SetSourceIdentity").state,
              KeyState::Absent);
  }
}

TEST(PodIdentity, AlwaysPassesTags) {
  const Asking asking = service_asks("pods.eks.amazonaws.com", /*whole=*/false);
  EXPECT_EQ(seen(asking, "aws:RequestTag/eks-cluster-name").state, KeyState::Unknown);
  EXPECT_EQ(seen(asking, "sts:SourceIdentity").state, KeyState::Absent);
  EXPECT_EQ(seen(service_asks("lambda.amazonaws.com", false), "aws:RequestTag/team").state,
            KeyState::Absent);
}

TEST(RequestTags, AreThereWhenAnErrorTextProvesIt) {
  Asking asking;
  asking.usual().ask_for(kUser);
  EXPECT_EQ(seen(asking, "aws:RequestTag/team").state, KeyState::Absent);
  asking.request.observed_sub_actions = {"sts:TagSession"};
  EXPECT_EQ(seen(asking, "aws:RequestTag/team").state, KeyState::Unknown);
  EXPECT_EQ(seen(asking, "aws:TagKeys").state, KeyState::Unknown);
  asking.request.tags = {{"team", "blue"}};
  EXPECT_THAT(seen(asking, "aws:TagKeys").values, ElementsAre("team"));
  EXPECT_EQ(seen(asking, "aws:RequestTag/cost").state, KeyState::Absent);
}

TEST(SessionName, IsNoKeyOfPassingARole) {
  Asking asking;
  asking.usual().ask_for(kUser, R"("action":"iam:PassRole")");
  asking.request.whole = false;
  EXPECT_EQ(seen(asking, "sts:RoleSessionName").state, KeyState::Absent);
  asking.request.action = "sts:AssumeRole";
  EXPECT_EQ(seen(asking, "sts:RoleSessionName").state, KeyState::Unknown);
}

TEST(OrganizationKeys, AreNotKnownOfAnAccountThatNobodyNamed) {
  Asking asking;
  asking.add("organization.json", R"({"Organization":{"Id":"o-a1"},"Roots":[{"Id":"r-1"}],
      "Accounts":[{"Id":"111122223333","ParentId":"r-1"}]})");
  asking.add("111122223333.gaad.json", caller_export());
  const RequestPrincipal principal = RequestPrincipal::arn(kUser);
  const ResolvedCaller caller = resolve_caller(asking.estate, principal, "aws", "");
  for (const std::string_view account : {"", "000000000000"}) {
    const RequestContext context = build_context({.estate = asking.estate,
                                                  .request = asking.request,
                                                  .caller = caller,
                                                  .role_account = account},
                                                 actions::kAssumeRole);
    EXPECT_EQ(context.find("aws:ResourceOrgID").state, KeyState::Unknown);
    EXPECT_EQ(context.find("aws:ResourceOrgPaths").state, KeyState::Unknown);
    EXPECT_EQ(context.find("aws:ResourceOrgID").not_prefix, "");
    EXPECT_THAT(context.find("aws:PrincipalOrgID").values, ElementsAre("o-a1"));
    EXPECT_THAT(context.find("aws:PrincipalOrgPaths").values, ElementsAre("o-a1/r-1/"));
  }
}

TEST(ResourceKeys, AreNotKnownOfARoleThatNobodyNamed) {
  Asking asking;
  asking.usual().ask_for(kUser);
  EXPECT_THAT(seen(asking, "aws:ResourceAccount").values, ElementsAre("444455556666"));
  EXPECT_EQ(seen(asking, "aws:ResourceTag/team").state, KeyState::Absent);
  asking.request.role = "arn:aws:iam::000000000000:role/unnamed";
  EXPECT_EQ(seen(asking, "aws:ResourceAccount").state, KeyState::Unknown);
  EXPECT_TRUE(seen(asking, "aws:ResourceAccount").never_absent);
  EXPECT_EQ(seen(asking, "aws:ResourceTag/team").state, KeyState::Unknown);
  EXPECT_EQ(seen(asking, "iam:ResourceTag/team").state, KeyState::Unknown);
}

TEST(TokenContext, HoldsTagsOfAnUnknownFormAsUnknown) {
  const Asking asking = token_asks(R"({"sub":"x","https://aws.amazon.com/tags":"team=blue"})");
  EXPECT_EQ(seen(asking, "aws:RequestTag/team").state, KeyState::Unknown);
  EXPECT_EQ(seen(asking, "aws:TagKeys").state, KeyState::Unknown);
}

TEST(TokenContext, HoldsTheTagsThatTheTokenCarries) {
  const Asking asking = token_asks(
      R"({"sub":"x","https://aws.amazon.com/tags":{"principal_tags":{"team":["blue"]},)"
      R"("transitive_tag_keys":["team"]},"https://aws.amazon.com/source_identity":"ann"})");
  EXPECT_THAT(seen(asking, "aws:RequestTag/team").values, ElementsAre("blue"));
  EXPECT_THAT(seen(asking, "aws:TagKeys").values, ElementsAre("team"));
  EXPECT_THAT(seen(asking, "sts:TransitiveTagKeys").values, ElementsAre("team"));
  EXPECT_THAT(seen(asking, "sts:SourceIdentity").values, ElementsAre("ann"));
}

TEST(TokenContext, TellsWhetherTheIssuerListsTheRole) {
  const auto authorized = [](std::string_view claims) {
    return seen(token_asks(claims), "sts:RoleAuthorizedByIdp").values;
  };
  EXPECT_THAT(authorized(R"({"sub":"x"})"), ElementsAre("false"));
  EXPECT_THAT(authorized(R"({"sub":"x","https://aws.amazon.com/roles":
                             ["arn:aws:iam::444455556666:role/deploy"]})"),
              ElementsAre("true"));
  EXPECT_THAT(authorized(R"({"sub":"x","https://aws.amazon.com/roles":["other"]})"),
              ElementsAre("false"));
  Asking partial = token_asks(R"({"sub":"x"})");
  partial.request.principal.claims_partial = true;
  EXPECT_EQ(seen(partial, "sts:RoleAuthorizedByIdp").state, KeyState::Unknown);
}

TEST(AssertionContext, HasTheSessionNameOfTheCallBeforeItsOwn) {
  constexpr std::string_view kClaims = R"({"RoleSessionName":"attribute","saml:sub":"ann"})";
  EXPECT_THAT(seen(assertion_asks(kClaims), "sts:RoleSessionName").values,
              ElementsAre("attribute"));
  EXPECT_THAT(
      seen(assertion_asks(kClaims, R"(,"session_name":"given")"), "sts:RoleSessionName").values,
      ElementsAre("given"));
}

TEST(AssertionContext, ShowsTheAudienceAloneToTagSession) {
  const AssumeDecision decision =
      assertion_asks(R"({"PrincipalTag:team":"blue","saml:aud":"https://a","SAML:sub":"ann"})")
          .decide();
  EXPECT_THAT(seen(decision, "saml:sub").values, ElementsAre("ann"));
  EXPECT_THAT(seen(decision, "saml:doc").values, ElementsAre("444455556666/corp"));
  EXPECT_THAT(seen(decision, "saml:aud", "sts:TagSession").values, ElementsAre("https://a"));
  EXPECT_EQ(seen(decision, "saml:sub", "sts:TagSession").state, KeyState::Absent);
  EXPECT_EQ(seen(decision, "saml:doc", "sts:TagSession").state, KeyState::Absent);
}

TEST(MfaAge, FollowsWhereMfaBelongsToTheCallItself) {
  const auto age = [](std::string_view context) {
    Asking asking;
    asking.usual().ask_for(kUser, R"("context":)" + std::string(context));
    return seen(asking, "aws:MultiFactorAuthAge");
  };
  EXPECT_THAT(age(R"({"aws:MultiFactorAuthPresent":"true"})").values, ElementsAre("0"));
  EXPECT_THAT(age(R"({"aws:MultiFactorAuthPresent":"true","aws:MultiFactorAuthAge":"60"})").values,
              ElementsAre("60"));
  EXPECT_EQ(age(R"({"aws:MultiFactorAuthPresent":"true",
                    "aws:TokenIssueTime":"2026-11-23T10:00:00Z"})")
                .state,
            KeyState::Unknown);
  for (const std::string_view none : {R"({"aws:MultiFactorAuthPresent":"false"})",
                                      R"({"aws:MultiFactorAuthPresent":[]})", "{}"}) {
    EXPECT_EQ(age(none).state, KeyState::Absent) << none;
  }
}

TEST(Context, OfTheGlobalEndpointIsThatOfUsEast1) {
  Asking asking;
  asking.usual().ask_for(kUser);
  for (const std::string_view region : {"us-east-1", "aws-global"}) {
    asking.request.region = region;
    EXPECT_THAT(seen(asking, "aws:RequestedRegion").values, ElementsAre("us-east-1")) << region;
  }
  asking.request.region = "eu-west-1";
  EXPECT_THAT(seen(asking, "aws:RequestedRegion").values, ElementsAre("eu-west-1"));
}

}  // namespace
}  // namespace rolecall
