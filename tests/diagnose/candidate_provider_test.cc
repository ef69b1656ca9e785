// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proposing.h"

// What registers with IAM what a token needs.
namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kBuildProvider =
    R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})";

// Roles of the asked account, the asked one first, with these principals in their trust policies.
std::string roles_trusting(const std::vector<std::string>& principals) {
  std::string roles;
  for (std::size_t i = 0; i < principals.size(); ++i) {
    roles += (i == 0 ? "" : ",") +
             (R"({"Arn":"arn:aws:iam::444455556666:role/)" +
              (i == 0 ? "deploy" : "r" + std::to_string(i))) +
             R"(","AssumeRolePolicyDocument":)" + principals[i] + "}";
  }
  return R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[)" + roles +
         "]}";
}

std::string trusting(std::string_view principal) {
  return trust_document(principal, R"("sts:AssumeRoleWithWebIdentity")");
}

Asking& ask_by_token(Asking& asking, std::string_view claims, std::string_view providers) {
  return asking.add("identity-providers.json", std::string(providers))
      .ask_for(R"({"federated":"ci.example.com","claims":)" + std::string(claims) + "}",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
}

constexpr std::string_view kRegistered =
    R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/ci.example.com",)"
    R"("Url":"ci.example.com","ClientIDList":["other"]}],"SAMLProviders":[]})";
constexpr std::string_view kNone = R"({"OpenIDConnectProviders":[],"SAMLProviders":[]})";

TEST(RegisterAudience, AddsTheAudienceThatStsLooksAt) {
  const auto added = [](std::string_view claims) {
    Asking asking;
    asking.add("444455556666.gaad.json", roles_trusting({trusting(kBuildProvider)}));
    ask_by_token(asking, claims, kRegistered);
    return edits_of(Proposing(asking).changes("idp-oidc-audience-not-registered"));
  };
  EXPECT_THAT(added(R"({"sub":"a","aud":"me"})"), ElementsAre(R"(/- "me")"));
  EXPECT_THAT(added(R"({"sub":"a","aud":"me","azp":"party"})"), ElementsAre(R"(/- "party")"));
}

TEST(RegisterAudience, CountsTheRolesThatTrustTheProvider) {
  const auto warnings = [](const std::vector<std::string>& principals) {
    Asking asking;
    asking.add("444455556666.gaad.json", roles_trusting(principals));
    ask_by_token(asking, R"({"sub":"a","aud":"me"})", kRegistered);
    const Candidates changes = Proposing(asking).changes("idp-oidc-audience-not-registered");
    return changes.empty() ? std::vector<std::string>{"nothing proposed"} : changes[0].warnings;
  };
  const std::string own = trusting(kBuildProvider);
  const std::string service = trust_document(R"({"Service":"ec2.amazonaws.com"})");
  const std::string other =
      trusting(R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/cd.example.com"})");
  const std::string denying =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":)" +
      std::string(kBuildProvider) + R"(,"Action":"sts:*"}})";
  const std::string all_but =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","NotPrincipal":)" +
      std::string(kBuildProvider) + R"(,"Action":"sts:*"}})";
  EXPECT_THAT(warnings({own, service, other, denying, all_but, R"("nonsense")"}), IsEmpty());
  EXPECT_THAT(warnings({own, own, service}),
              ElementsAre("1 other role of the account trusts this provider: its tokens may then "
                          "assume it too"));
  EXPECT_THAT(warnings({own, own, other, own}),
              ElementsAre("2 other roles of the account trust this provider: its tokens may then "
                          "assume them too"));
}

TEST(CreateProvider, StandsBesideTheOthersOfTheFile) {
  Asking asking;
  asking.add("444455556666.gaad.json", roles_trusting({trusting(kBuildProvider)}));
  ask_by_token(asking, R"({"sub":"a","aud":"me"})", kNone);
  const Candidates changes = Proposing(asking).changes("idp-oidc-provider-missing");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(edits_of(changes[0]),
            R"(/- {"Arn": "arn:aws:iam::444455556666:oidc-provider/ci.example.com", "Url": )"
            R"("ci.example.com", "ClientIDList": ["me"]})");
  EXPECT_EQ(fix_kind_name(changes[0].kind), "policy");
}

TEST(CreateProvider, IsAnActWhereNoFileHasThePlace) {
  Asking asking;
  asking.add("444455556666.gaad.json", roles_trusting({trusting(kBuildProvider)}))
      .ask_for(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"me"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
  Cause cause;
  cause.gate = Gate::Idp;
  const Candidates changes = Proposing(asking).changes(&create_provider, cause);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(fix_kind_name(changes[0].kind), "command");
  EXPECT_THAT(changes[0].edits, IsEmpty());
}

TEST(CreateProvider, WantsATokenWithAnAudience) {
  for (const std::string_view claims : {R"({"sub":"a"})", R"({"sub":"a","aud":[]})"}) {
    Asking asking;
    asking.add("444455556666.gaad.json", roles_trusting({trusting(kBuildProvider)}));
    ask_by_token(asking, claims, kRegistered);
    Cause cause;
    cause.policy = "arn:aws:iam::444455556666:oidc-provider/ci.example.com";
    const Proposing proposing(asking);
    EXPECT_THAT(proposing.changes(&create_provider, cause), IsEmpty()) << claims;
    EXPECT_THAT(proposing.changes(&register_audience, cause), IsEmpty()) << claims;
  }
}

}  // namespace
}  // namespace rolecall
