// SPDX-License-Identifier: Apache-2.0
#include "reach/role_likeness.h"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"

namespace rolecall {
namespace {

constexpr std::string_view kHome = "111122223333";
constexpr std::string_view kOther = "444455556666";
constexpr std::string_view kTrust =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},)"
    R"("Action":"sts:AssumeRole"}})";

std::string role(std::string_view account, std::string_view name, std::string_view tag = "a") {
  return fmt::format(R"({{"RoleName":"{1}","RoleId":"AROA{1}","Arn":"arn:aws:iam::{0}:role/{1}",)"
                     R"("Tags":[{{"Key":"team","Value":"{2}"}}],"AssumeRolePolicyDocument":{3}}})",
                     account, name, tag, kTrust);
}

// Two accounts with roles `one` and `two`, and a user of one policy about assuming roles.
class Likeness : public testing::Test {
 protected:
  void load(std::string_view resource, std::string_view condition = "{}") {
    add(kHome, role(kHome, "one") + "," + role(kHome, "two", "b"), {});
    add(kOther, role(kOther, "one") + "," + role(kOther, "two"),
        fmt::format(R"({{"UserName":"ann","UserId":"AIDA1","Arn":"arn:aws:iam::{}:user/ann",)"
                    R"("UserPolicyList":[{{"PolicyName":"p","PolicyDocument":{{"Version":)"
                    R"("2012-10-17","Statement":{{"Effect":"Allow","Action":"sts:AssumeRole",)"
                    R"("Resource":"{}","Condition":{}}}}}}}]}})",
                    kOther, resource, condition));
    index_.emplace(estate_);
  }

  void add(std::string_view account, std::string_view roles, std::string_view users) {
    Diagnostics ignored;
    load_estate_text(fmt::format("{}.json", account),
                     fmt::format(R"({{"UserDetailList":[{}],"GroupDetailList":[],"Policies":[],)"
                                 R"("RoleDetailList":[{}]}})",
                                 users, roles),
                     estate_, ignored);
  }

  RoleLikeness of(std::string_view account, std::string_view name) const {
    const Role& role = *estate_.find_role_by_name(account, name);
    return index_->principals().likeness().of(role, *estate_.find_account(account));
  }

  Estate estate_;
  std::optional<WhoIndex> index_;
};

TEST_F(Likeness, RolesOfOneTrustPolicyAreAlike) {
  load("*");
  EXPECT_EQ(of(kHome, "one").key, of(kOther, "two").key);
  EXPECT_TRUE(of(kHome, "one").apart.empty());
}

TEST_F(Likeness, APatternOfNoAccountTellsRolesApart) {
  load("arn:aws:iam::*:role/o*");
  EXPECT_EQ(of(kHome, "one").key, of(kOther, "one").key);
  EXPECT_NE(of(kHome, "one").key, of(kHome, "two").key);
}

TEST_F(Likeness, ClassesThatNameARoleAreLookedAtApart) {
  for (const std::string_view resource :
       {"arn:aws:iam::111122223333:role/one", "arn:aws:iam::111122223333:role/o*"}) {
    SCOPED_TRACE(resource);
    estate_ = Estate();
    load(resource);
    EXPECT_EQ(of(kHome, "one").apart.size(), 1U);
    EXPECT_TRUE(of(kHome, "two").apart.empty());
    EXPECT_TRUE(of(kOther, "one").apart.empty());
    EXPECT_EQ(of(kHome, "one").key, of(kHome, "two").key);
  }
}

TEST_F(Likeness, AShortArnNamesEveryRoleOfTheAccount) {
  load("arn:aws:iam::111122223333");
  EXPECT_NE(of(kHome, "one").key, of(kOther, "one").key);
}

TEST_F(Likeness, APatternWithAVariableIsNotShared) {
  load("arn:aws:iam::*:role/${aws:username}");
  EXPECT_EQ(of(kHome, "one").apart.size(), 1U);
}

TEST_F(Likeness, TagsCountWherePoliciesAskForThem) {
  load("*", R"({"StringEquals":{"aws:ResourceTag/team":"a"}})");
  EXPECT_EQ(of(kHome, "one").key, of(kOther, "one").key);
  EXPECT_NE(of(kHome, "one").key, of(kHome, "two").key);
}

TEST_F(Likeness, TheAccountCountsWherePoliciesAskForIt) {
  load("*", R"({"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}})");
  EXPECT_NE(of(kHome, "one").key, of(kOther, "one").key);
}

}  // namespace
}  // namespace rolecall
