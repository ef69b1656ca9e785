// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/who.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"

namespace rolecall {
namespace {

constexpr std::string_view kTarget = "arn:aws:iam::111122223333:role/target";

// One account: role `target` with this trust policy, and users `u0`, `u1`, ... of whom every second
// may assume roles.
class Small {
 public:
  explicit Small(std::string_view trust, int users = 4) {
    std::string text = R"({"GroupDetailList":[],"Policies":[],"UserDetailList":[)";
    for (int i = 0; i < users; ++i) {
      const std::string policy =
          i % 2 != 0 ? ""
                     : R"({"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":)"
                       R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}})";
      text += fmt::format(
          R"({}{{"UserName":"u{}","UserId":"AIDA{}","Arn":"arn:aws:iam::111122223333:user/u{}",)"
          R"("Tags":[{{"Key":"odd","Value":"{}"}}],"UserPolicyList":[{}]}})",
          i == 0 ? "" : ",", i, i, i, i % 2, policy);
    }
    text += fmt::format(R"(],"RoleDetailList":[{{"RoleName":"target","RoleId":"AROA1","Arn":"{}",)"
                        R"("AssumeRolePolicyDocument":{}}}]}})",
                        kTarget, trust);
    Diagnostics ignored;
    load_estate_text("111122223333.json", std::move(text), estate, ignored);
    answer = find_who(estate, *estate.find_role(kTarget));
  }
  [[nodiscard]] std::size_t count() const {
    std::size_t all = 0;
    for (const Assumption& each : answer.assumptions) all += each.count();
    return all;
  }

  Estate estate{};
  WhoAnswer answer{};
};

std::string trust(std::string_view principal, std::string_view condition = "{}") {
  return fmt::format(R"({{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{},)"
                     R"("Action":"sts:AssumeRole","Condition":{}}}}})",
                     principal, condition);
}

TEST(Who, AnAccountLetsInThoseWhosePoliciesAllow) {
  const Small small(trust(R"({"AWS":"111122223333"})"));
  EXPECT_EQ(small.count(), 2U);
  EXPECT_EQ(small.answer.considered, 5U);  // The users, and the role itself.
  for (const Assumption& each : small.answer.assumptions) {
    EXPECT_EQ(each.condition, ResidualTable::kAlways);
  }
}

TEST(Who, AUserNamedByItsArnNeedsNoPolicyOfItsOwn) {
  const Small small(trust(R"({"AWS":"arn:aws:iam::111122223333:user/u1"})"));
  ASSERT_EQ(small.count(), 1U);
  EXPECT_EQ(small.answer.assumptions[0].members[0]->name, "u1");
}

TEST(Who, TellsMembersOfAClassApartByTheirTags) {
  const Small small(trust(R"({"AWS":"*"})", R"({"StringEquals":{"aws:PrincipalTag/odd":"1"}})"));
  std::size_t users = 0;
  for (const Assumption& each : small.answer.assumptions) {
    if (each.kind == AssumerKind::User) users += each.count();
  }
  EXPECT_EQ(users, 2U);
}

// It may be in the request all the same, whoever asks.
TEST(Who, AKeyThatNoTableListsStaysOpenBesideAVariable) {
  const Small small(
      trust(R"({"AWS":"111122223333"})", R"({"StringLike":{"custom:Team":"${aws:username}"}})"));
  EXPECT_EQ(small.count(), 2U);
  for (const Assumption& each : small.answer.assumptions) {
    EXPECT_NE(each.condition, ResidualTable::kAlways);
  }
}

TEST(Who, AMissingTrustPolicyDecidesNothing) {
  Estate estate;
  Diagnostics ignored;
  load_estate_text("111122223333.json",
                   fmt::format(R"({{"UserDetailList":[],"GroupDetailList":[],"Policies":[],)"
                               R"("RoleDetailList":[{{"RoleName":"target","Arn":"{}"}}]}})",
                               kTarget),
                   estate, ignored);
  const WhoAnswer answer = find_who(estate, *estate.find_role(kTarget));
  EXPECT_FALSE(answer.trust_known);
  EXPECT_TRUE(answer.assumptions.empty());
  EXPECT_EQ(answer.gaps.size(), 1U);
}

TEST(Who, ANameThatNobodyHasIsReported) {
  const Small small(trust(R"({"AWS":"arn:aws:iam::111122223333:user/gone"})"));
  EXPECT_EQ(small.count(), 0U);
  ASSERT_EQ(small.answer.gaps.size(), 1U);
  EXPECT_TRUE(small.answer.gaps[0].dangling);
  EXPECT_EQ(small.answer.gaps[0].what, "arn:aws:iam::111122223333:user/gone");
}

TEST(Who, AnAccountWithoutExportStandsForItself) {
  const Small small(
      trust(R"({"AWS":"999900001111"})", R"({"StringEquals":{"sts:ExternalId":"blue"}})"));
  ASSERT_EQ(small.count(), 1U);
  const Assumption& found = small.answer.assumptions[0];
  EXPECT_EQ(found.kind, AssumerKind::Account);
  EXPECT_EQ(found.account, "999900001111");
  EXPECT_EQ(small.answer.residuals.node(found.condition).kind, ResidualKind::Condition);
  EXPECT_EQ(found.not_checked[0], Gate::Identity);
}

// Identity-based policies are filled up (R-7): `arn:aws:iam::ACCOUNT` is every role of it.
TEST(Who, AShortArnInAPolicyIsMoreThanOneRole) {
  Small small(trust(R"({"AWS":"*"})"), 0);
  Diagnostics ignored;
  load_estate_text(
      "444455556666.json",
      R"({"GroupDetailList":[],"Policies":[],"RoleDetailList":[],"UserDetailList":[{"UserName":"ann",)"
      R"("UserId":"AIDA9","Arn":"arn:aws:iam::444455556666:user/ann","UserPolicyList":[{)"
      R"("PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow",)"
      R"("Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333"}}}]}]})",
      small.estate, ignored);
  const WhoIndex index(small.estate);
  const Role& role = *small.estate.find_role(kTarget);
  for (const WhoDetail detail : {WhoDetail::Classes, WhoDetail::Conditions, WhoDetail::Grants}) {
    const WhoAnswer answer = find_who(index, role, detail);
    EXPECT_TRUE(std::any_of(answer.assumptions.begin(), answer.assumptions.end(),
                            [](const Assumption& each) { return each.kind == AssumerKind::User; }));
  }
}

// `{"AWS": "*"}`, and one more statement.
std::string everyone_and(std::string_view statement) {
  return fmt::format(R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":)"
                     R"({{"AWS":"*"}},"Action":"sts:*"}},{}]}})",
                     statement);
}

std::size_t count_kind(const WhoAnswer& answer, AssumerKind kind, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
      answer.assumptions.begin(), answer.assumptions.end(),
      [&](const Assumption& each) { return each.kind == kind && each.name == name; }));
}

TEST(Who, EveryoneMayMeanServicesAndTokensOrNot) {
  const Small small(everyone_and(R"({"Effect":"Deny","Principal":{"Service":"a.amazonaws.com"},)"
                                 R"("Action":"sts:*"})"));
  for (const AssumerKind kind : {AssumerKind::Service, AssumerKind::Oidc, AssumerKind::Saml}) {
    EXPECT_EQ(count_kind(small.answer, kind, ""), 1U) << assumer_kind_name(kind);
  }
  for (const Assumption& each : small.answer.assumptions) {
    const bool aws = !each.members.empty() || each.kind == AssumerKind::Outside;
    EXPECT_EQ(small.answer.residuals.has_unknown(each.condition), !aws);
  }
  // The service that is denied is none of the others.
  EXPECT_EQ(count_kind(small.answer, AssumerKind::Service, "a.amazonaws.com"), 0U);
  EXPECT_EQ(small.answer.apart, std::vector<std::string>{"a.amazonaws.com"});
}

TEST(Who, SaysThatSessionTagsWereNotLookedAt) {
  const Small small(trust(R"({"AWS":"*"})", R"({"StringEquals":{"aws:PrincipalTag/odd":"1"}})"));
  ASSERT_EQ(small.answer.gaps.size(), 1U);
  EXPECT_EQ(small.answer.gaps[0].what, "role sessions with session tags");
  EXPECT_FALSE(small.answer.gaps[0].dangling);
}

// A session tag can be what the role's own tag is not.
TEST(Who, SessionTagsOfAVariableWereNotLookedAtEither) {
  Estate estate;
  Diagnostics ignored;
  load_estate_text("111122223333.json", R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],
    "RoleDetailList":[
      {"RoleName":"target","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/target",
       "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow",
         "Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}},
      {"RoleName":"caller","RoleId":"AROA2","Arn":"arn:aws:iam::111122223333:role/caller",
       "Tags":[{"Key":"job","Value":"none"}],
       "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]},
       "RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":{
         "Effect":"Allow","Action":"sts:AssumeRole",
         "Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/job}"}}}]}]})",
                   estate, ignored);
  const WhoAnswer answer = find_who(estate, *estate.find_role(kTarget));
  EXPECT_TRUE(answer.assumptions.empty());
  ASSERT_EQ(answer.gaps.size(), 1U);
  EXPECT_EQ(answer.gaps[0].what, "role sessions with session tags");
  EXPECT_NE(answer.gaps[0].why.find("aws:PrincipalTag/job"), std::string::npos);
}

// Whether a session carries one is not known of a role.
TEST(Who, LeavesTheSourceIdentityOfARolesSessionOpen) {
  const Small small(trust(R"({"AWS":"arn:aws:iam::111122223333:role/target"})",
                          R"({"StringEquals":{"aws:SourceIdentity":"ann"}})"));
  EXPECT_EQ(small.count(), 0U);  // It may not be passed on.
  const Small passing(
      R"({"Statement":{"Effect":"Allow","Action":["sts:AssumeRole","sts:SetSourceIdentity"],)"
      R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/target"},)"
      R"("Condition":{"StringEquals":{"aws:SourceIdentity":"ann"}}}})");
  ASSERT_EQ(passing.count(), 1U);
  EXPECT_NE(passing.answer.assumptions[0].condition, ResidualTable::kAlways);
  const Small named(
      R"({"Statement":{"Effect":"Allow","Action":["sts:AssumeRole","sts:SetSourceIdentity"],)"
      R"("Principal":{"AWS":"arn:aws:sts::777788889999:assumed-role/x/s1"},)"
      R"("Condition":{"StringEquals":{"aws:SourceIdentity":"ann"}}}})");
  ASSERT_EQ(named.count(), 1U);
  EXPECT_NE(named.answer.assumptions[0].condition, ResidualTable::kAlways);
}

TEST(Who, ThousandsOfNamesAreNotLookedAtOneByOne) {
  std::string names;
  for (int i = 0; i <= 2000; ++i) {
    names += fmt::format(R"({}"arn:aws:iam::111122223333:user/x{}")", i == 0 ? "" : ",", i);
  }
  const Small small(trust(fmt::format(R"({{"AWS":[{}]}})", names)));
  EXPECT_FALSE(small.answer.trust_known);
  EXPECT_EQ(small.answer.gaps.size(), 1U);
}

}  // namespace
}  // namespace rolecall
