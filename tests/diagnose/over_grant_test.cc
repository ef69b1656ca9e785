// SPDX-License-Identifier: Apache-2.0
#include "diagnose/over_grant.h"

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/diagnose/fix.h"

#include "support/parsed_policy.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kToken =
    R"({"federated":"token.actions.githubusercontent.com",)"
    R"("claims":{"sub":"repo:org/app:ref:refs/heads/main","aud":"sts.amazonaws.com"}})";
constexpr std::string_view kProvider =
    R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"})";
constexpr std::string_view kOtherRepo =
    R"({"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",)"
    R"("token.actions.githubusercontent.com:sub":"repo:org/old:ref:refs/heads/main"}})";

// A popular repair that works, and opens more than was asked for.
struct PopularRepair {
  std::string_view name{};
  std::string_view principal{};
  std::string_view condition{};
  std::string_view caller{};
  std::string_view pointer{};
  std::string_view value{};  // Empty: what is there is removed.
  std::string_view warning{};
};
void PrintTo(const PopularRepair& test, std::ostream* out) {
  *out << test.name;
}

constexpr auto kPopular = std::to_array<PopularRepair>({
    {"wildcard_principal", R"({"AWS":"arn:aws:iam::111122223333:user/ann"})", "{}", kCiSession,
     "/Statement/0/Principal", R"("*")", "any AWS principal of any account is admitted"},
    {"account_where_a_role_would_do", R"({"AWS":"arn:aws:iam::111122223333:user/ann"})", "{}",
     kCiSession, "/Statement/0/Principal/AWS", R"("arn:aws:iam::111122223333:root")",
     "any principal of account 111122223333 is admitted"},
    {"every_repository", kProvider, kOtherRepo, kToken, "/Statement/0/Condition",
     R"({"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/*"}})",
     "like `repo:org/*`"},
    {"dropped_condition", kTrustAccount, R"({"StringEquals":{"sts:ExternalId":"blue-7"}})",
     kCiSession, "/Statement/0/Condition", "",
     "`StringEquals sts:ExternalId \"blue-7\"` is no longer asked of anybody"},
    {"claim_that_may_be_absent", kProvider, kOtherRepo, kToken, "/Statement/0/Condition",
     R"({"ForAllValues:StringEquals":{"token.actions.githubusercontent.com:repository":"org/old"}})",
     "also holds for a token without `token.actions.githubusercontent.com:repository`"},
});

class PopularRepairs : public testing::TestWithParam<PopularRepair> {};

TEST_P(PopularRepairs, AreProvenWithAWarningAndNeverFirst) {
  const PopularRepair& repair = GetParam();
  const bool token = repair.caller.starts_with('{');
  Asking asking;
  asking
      .usual(trust_document(repair.principal,
                            token ? R"("sts:AssumeRoleWithWebIdentity")" : R"("sts:AssumeRole")",
                            repair.condition))
      .ask_for(repair.caller, token ? R"("action":"sts:AssumeRoleWithWebIdentity")" : "");
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  const auto op = repair.value.empty() ? JsonEdit::Op::Remove : JsonEdit::Op::Replace;
  change.edits = {{op, std::string(repair.pointer), std::string(repair.value)}};
  const auto fix = VerifiedFix::try_out(asking.estate, asking.request, asking.decide(), {{change}});
  ASSERT_TRUE(fix.has_value());
  EXPECT_TRUE(fix->opens());
  EXPECT_THAT(fix->warnings(), testing::Contains(HasSubstr(repair.warning)));
  // What is proposed instead does not open anything, or says so.
  const auto proposed =
      find_fixes(asking.estate, asking.request, diagnose(asking.estate, asking.request));
  ASSERT_FALSE(proposed.empty());
  EXPECT_FALSE(proposed[0].opens());
  EXPECT_THAT(proposed[0].warnings(), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(OverGrants, PopularRepairs, testing::ValuesIn(kPopular),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(OverGrants, AreResourcesOfAnyName) {
  const ParsedPolicy before(policy_text(
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::444455556666:role/a"})"));
  const ParsedPolicy after(
      policy_text(R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"})"));
  EXPECT_THAT(find_over_grants(*before, *after),
              ElementsAre("sts:AssumeRole is allowed on every resource"));
  EXPECT_THAT(find_over_grants(*after, *after), IsEmpty());
}

TEST(OverGrants, AreNoAccountsWhosePrincipalsAConditionNames) {
  const auto granted = [](std::string_view condition) {
    const ParsedPolicy before(policy_text(""), PolicyKind::Trust);
    const ParsedPolicy after(trust_document(kTrustAccount, R"("sts:AssumeRole")", condition),
                             PolicyKind::Trust);
    return find_over_grants(*before, *after).size();
  };
  const std::string arns = R"(:{"aws:PrincipalArn":["arn:aws:iam::111122223333:role/ci",)"
                           R"("arn:aws:iam::111122223333:role/*/ci"]}})";
  EXPECT_EQ(granted(R"({"ArnLike")" + arns), 0U);
  EXPECT_EQ(granted(R"({"ArnNotLike")" + arns), 1U);
  EXPECT_EQ(granted(R"({"ArnLikeIfExists")" + arns), 1U);
  EXPECT_EQ(granted(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}})"), 1U);
}

// What an Allow for tokens opens beyond need, where nothing was allowed before.
std::vector<std::string> granted_by(std::string_view condition) {
  const ParsedPolicy before(policy_text(""), PolicyKind::Trust);
  const ParsedPolicy after(
      trust_document(kProvider, R"("sts:AssumeRoleWithWebIdentity")", condition),
      PolicyKind::Trust);
  return find_over_grants(*before, *after);
}

TEST(OverGrants, ArePatternsOfClaims) {
  EXPECT_THAT(granted_by(R"({"StringLike":{"ci.example.com:sub":["a","b*"]}})"),
              ElementsAre("every token with `ci.example.com:sub` like `b*` may assume the role"));
  EXPECT_THAT(granted_by(R"({"StringEquals":{"ci.example.com:sub":"b*"}})"), IsEmpty());
  EXPECT_THAT(granted_by(R"({"StringNotLike":{"ci.example.com:sub":"b*"}})"), IsEmpty());
  EXPECT_THAT(granted_by(R"({"StringLike":{"aws:PrincipalArn":"b*"}})"), IsEmpty());
  EXPECT_THAT(granted_by(R"({"Nonsense":{"ci.example.com:sub":"b*"}})"), IsEmpty());
}

TEST(OverGrants, AreClaimsThatATokenMayLack) {
  const std::string condition = R"({"ForAllValues:StringEquals":{"ci.example.com:)";
  EXPECT_THAT(granted_by(condition + R"(sub":"a"}})"), IsEmpty());
  EXPECT_THAT(granted_by(condition + R"(aud":"a"}})"), IsEmpty());
  const std::string lacking =
      "`ForAllValues:StringEquals` also holds for a token without "
      "`ci.example.com:ref`";
  EXPECT_THAT(granted_by(condition + R"(ref":"a"}})"), ElementsAre(lacking));
  for (const std::string_view other :
       {R"("Null":{"ci.example.com:ref":"true"})", R"("Null":{"ci.example.com:ref":[]})",
        R"("Null":{"ci.example.com:env":"false"})", R"("StringLike":{"ci.example.com:ref":"a"})",
        R"("Nonsense":{"ci.example.com:ref":"false"})"}) {
    EXPECT_THAT(granted_by(condition + R"(ref":"a"},)" + std::string(other) + "}"),
                ElementsAre(lacking))
        << other;
  }
}

TEST(OverGrants, AreSaidOnce) {
  const ParsedPolicy before(policy_text(""), PolicyKind::Trust);
  const ParsedPolicy after(
      policy_text(R"({"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"},)"
                  R"({"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:TagSession"},)"
                  R"({"Effect":"Allow","NotPrincipal":{"AWS":"777788889999"},"Action":"sts:*"},)"
                  R"({"Effect":"Deny","Principal":"*","Action":"sts:*"})"),
      PolicyKind::Trust);
  EXPECT_THAT(find_over_grants(*before, *after),
              ElementsAre("any AWS principal of any account is admitted",
                          "whoever is not listed is admitted"));
}

TEST(OverGrants, AreConditionsThatAreGone) {
  const auto dropped = [](std::string_view now) {
    const ParsedPolicy before(
        trust_document(kTrustAccount, R"("sts:AssumeRole")",
                       R"({"StringEquals":{"sts:ExternalId":"a","aws:PrincipalTag/b":"c"}})"),
        PolicyKind::Trust);
    const ParsedPolicy after(trust_document(kTrustAccount, R"("sts:AssumeRole")", now),
                             PolicyKind::Trust);
    return find_over_grants(*before, *after);
  };
  EXPECT_THAT(dropped(R"({"StringEquals":{"sts:externalid":"a"}})"),
              ElementsAre("`StringEquals aws:PrincipalTag/b \"c\"` is no longer asked of anybody"));
  EXPECT_THAT(dropped(R"({"StringEquals":{"sts:ExternalId":"a","aws:PrincipalTag/x":"c"}})"),
              IsEmpty());
}

TEST(OverGrants, AreNoneWhenAConditionIsCorrected) {
  const ParsedPolicy before(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                                           R"({"StringEquals":{"sts:ExternalId":"a"}})"),
                            PolicyKind::Trust);
  const ParsedPolicy after(trust_document(kTrustAccount, R"("sts:AssumeRole")",
                                          R"({"StringEquals":{"sts:ExternalId":["a","b"]}})"),
                           PolicyKind::Trust);
  EXPECT_THAT(find_over_grants(*before, *after), IsEmpty());
}

TEST(OverGrants, AreNoneWhenAClaimHasToBeThere) {
  const ParsedPolicy before(policy_text(""), PolicyKind::Trust);
  const ParsedPolicy after(
      trust_document(kProvider, R"("sts:AssumeRoleWithWebIdentity")",
                     R"({"ForAllValues:StringEquals":{"ci.example.com:ref":"main"},)"
                     R"("Null":{"ci.example.com:ref":"false"}})"),
      PolicyKind::Trust);
  EXPECT_THAT(find_over_grants(*before, *after), IsEmpty());
}

}  // namespace
}  // namespace rolecall
