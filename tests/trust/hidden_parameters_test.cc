// SPDX-License-Identifier: Apache-2.0
// What a request does not show, as opposed to what it does not have.
#include <string>

#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

constexpr std::string_view kAssume = R"("sts:AssumeRole")";

// The verdict of the trust policy on a user's call, whose parameters are shown or not.
Verdict trust_verdict(std::string_view condition, bool hidden) {
  Asking asking;
  asking.usual(trust_document(kTrustAccount, kAssume, condition));
  asking.request.action = "sts:AssumeRole";
  asking.request.principal = RequestPrincipal::arn(kUser);
  asking.request.role = kDeploy;
  asking.request.parameters_hidden = hidden;
  return asking.decide().at(Gate::Trust).verdict;
}

class HiddenParameters : public testing::TestWithParam<const char*> {};

TEST_P(HiddenParameters, AreNotKnownAndOthersAbsent) {
  EXPECT_EQ(trust_verdict(GetParam(), /*hidden=*/true), Verdict::Depends);
  EXPECT_EQ(trust_verdict(GetParam(), /*hidden=*/false), Verdict::DeniesImplicitly);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, HiddenParameters,
    testing::Values(R"({"StringEquals":{"sts:ExternalId":"blue-7"}})",
                    R"({"StringEquals":{"aws:RequestTag/team":"blue"}})",
                    R"({"StringEquals":{"sts:SourceIdentity":"ann"}})",
                    R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}})",
                    R"({"ForAnyValue:StringEquals":{"sts:TransitiveTagKeys":"team"}})",
                    R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"));

TEST(HiddenParameters, GiveWayToWhatIsGiven) {
  Asking asking;
  asking.usual(
      trust_document(kTrustAccount, kAssume, R"({"StringEquals":{"sts:ExternalId":"blue-7"}})"));
  asking.ask_for(kUser, R"("context":{"sts:ExternalId":"red"})");
  asking.request.whole = false;
  asking.request.parameters_hidden = true;
  EXPECT_EQ(asking.decide().at(Gate::Trust).verdict, Verdict::DeniesImplicitly);
}

TEST(HiddenParameters, AreNoneInARequestFile) {
  Asking asking;
  asking.usual(
      trust_document(kTrustAccount, kAssume, R"({"StringEquals":{"sts:ExternalId":"blue-7"}})"));
  asking.ask_for(kUser);
  asking.request.parameters_hidden = true;
  EXPECT_EQ(asking.decide().at(Gate::Trust).verdict, Verdict::DeniesImplicitly);
}

// A token of which an event showed the subject only.
Asking partial_token(std::string_view condition) {
  Asking asking;
  const std::string issuer(kGithub);
  const std::string provider =
      R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/)" + issuer + "\"}";
  asking.usual(trust_document(provider, R"("sts:AssumeRoleWithWebIdentity")", condition));
  asking.request.action = "sts:AssumeRoleWithWebIdentity";
  asking.request.principal = RequestPrincipal::federated(issuer);
  asking.request.principal.claims = {{"sub", {"repo:o/r:ref:refs/heads/main"}}};
  asking.request.principal.claims_known = true;
  asking.request.principal.claims_partial = true;
  asking.request.role = kDeploy;
  return asking;
}

TEST(PartialClaims, LeaveTheOthersUnknown) {
  const auto asking =
      partial_token(R"({"StringEquals":{"token.actions.githubusercontent.com:repository":"o/r"}})");
  EXPECT_EQ(asking.decide().at(Gate::Trust).verdict, Verdict::Depends);
}

TEST(PartialClaims, CountAsTheyStand) {
  const auto asking = partial_token(
      R"({"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/other"}})");
  EXPECT_EQ(asking.decide().at(Gate::Trust).verdict, Verdict::DeniesImplicitly);
}

TEST(PartialClaims, DoNotMakeATokenInvalid) {
  auto asking = partial_token("{}");
  asking.add("identity-providers.json",
             R"({"OpenIDConnectProviders":[{"Arn":"arn:aws:iam::444455556666:oidc-provider/)"
             R"(token.actions.githubusercontent.com","Url":"token.actions.githubusercontent.com",)"
             R"("ClientIDList":["sts.amazonaws.com"]}],"SAMLProviders":[]})");
  EXPECT_TRUE(failure_codes(asking.decide()).empty());
}

Asking cut_role(std::string_view role) {
  Asking asking;
  asking.usual();
  asking.ask_for(kUser);
  asking.request.role = role;
  asking.request.role_may_be_cut = true;
  return asking;
}

TEST(RoleThatMayBeCut, IsNotKnownWhenALongerOneExists) {
  const auto asking = cut_role("arn:aws:iam::444455556666:role/dep");
  const AssumeDecision decision = asking.decide();
  EXPECT_EQ(decision.decision, Decision::Unknown);
  EXPECT_EQ(decision.at(Gate::Request).verdict, Verdict::Unknown);
  EXPECT_EQ(decision.at(Gate::Request).why,
            "`arn:aws:iam::444455556666:role/dep` ends its line and may be cut: the account has "
            "`arn:aws:iam::444455556666:role/deploy`");
  EXPECT_TRUE(decision.failures.empty());
}

TEST(RoleThatMayBeCut, IsNotFoundWhenNoLongerOneExists) {
  EXPECT_EQ(failure_codes(cut_role("arn:aws:iam::444455556666:role/other").decide()),
            std::vector<std::string>{"request-role-not-found"});
}

TEST(RoleThatMayBeCut, IsTheRoleWhenItExists) {
  EXPECT_EQ(cut_role(kDeploy).decide().decision, Decision::Allowed);
}

}  // namespace
}  // namespace rolecall
