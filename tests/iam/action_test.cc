// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/action.h"

#include <ostream>
#include <string_view>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

struct ActionCase {
  std::string_view name{};
  std::string_view pattern{};
  std::string_view action{};
  bool matches = false;
};

void PrintTo(const ActionCase& test, std::ostream* out) {
  *out << test.pattern << " against " << test.action;
}

class ActionTable : public testing::TestWithParam<ActionCase> {};

TEST_P(ActionTable, MatchesAsDocumented) {
  EXPECT_EQ(action_matches(GetParam().pattern, GetParam().action), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ActionTable,
    testing::Values(
        ActionCase{"same", "sts:AssumeRole", "sts:AssumeRole", true},
        ActionCase{"letter_case", "STS:assumerole", "sts:AssumeRole", true},
        ActionCase{"exact_is_not_a_prefix", "sts:AssumeRole", "sts:AssumeRoleWithSAML", false},
        ActionCase{"star_covers_saml", "sts:AssumeRole*", "sts:AssumeRoleWithSAML", true},
        ActionCase{"star_covers_web", "sts:AssumeRole*", "sts:AssumeRoleWithWebIdentity", true},
        ActionCase{"star_covers_none", "sts:AssumeRole*", "sts:AssumeRole", true},
        ActionCase{"role_star_is_not_root", "sts:AssumeRole*", "sts:AssumeRoot", false},
        ActionCase{"assume_star_is_root", "sts:Assume*", "sts:AssumeRoot", true},
        ActionCase{"service_star", "sts:*", "sts:SetContext", true},
        ActionCase{"everything", "*", "sts:TagSession", true},
        ActionCase{"question", "sts:AssumeRol?", "sts:AssumeRole", true},
        ActionCase{"question_is_one", "sts:AssumeRole?", "sts:AssumeRole", false},
        ActionCase{"other_service", "iam:*", "sts:AssumeRole", false},
        ActionCase{"wildcard_in_prefix", "st*:AssumeRole", "sts:AssumeRole", false},
        ActionCase{"star_prefix", "*:AssumeRole", "sts:AssumeRole", true},
        ActionCase{"star_prefix_other_name", "*:GetRole", "sts:AssumeRole", false},
        ActionCase{"longer_prefix", "stsx:AssumeRole", "sts:AssumeRole", false},
        ActionCase{"shorter_prefix", "st:AssumeRole", "sts:AssumeRole", false},
        ActionCase{"no_colon", "AssumeRole", "sts:AssumeRole", false},
        ActionCase{"prefix_only", "sts", "sts:AssumeRole", false},
        ActionCase{"no_name", "sts:", "sts:AssumeRole", false},
        ActionCase{"space_inside", "sts:Assume Role", "sts:AssumeRole", false},
        ActionCase{"two_in_one", "sts:AssumeRole,sts:TagSession", "sts:AssumeRole", false},
        ActionCase{"trailing_space", "sts:AssumeRole ", "sts:AssumeRole", false},
        ActionCase{"empty", "", "sts:AssumeRole", false}),
    case_name<ActionCase>);

TEST(Actions, WithoutAServiceMatchNothing) {
  EXPECT_FALSE(action_matches("AssumeRole", "sts:AssumeRole"));
  EXPECT_FALSE(action_matches("sts:AssumeRole", "AssumeRole"));
  EXPECT_FALSE(action_matches("Assume*", "AssumeRole"));
  EXPECT_TRUE(action_matches("*", "AssumeRole"));
}

TEST(ActionBit, KnowsTheSubActionsInAnyLetterCase) {
  EXPECT_EQ(action_bit("sts:AssumeRole"), actions::kAssumeRole);
  EXPECT_EQ(action_bit("STS:assumerolewithsaml"), actions::kWithSaml);
  EXPECT_EQ(action_bit("sts:AssumeRoleWithWebIdentity"), actions::kWithWebIdentity);
  EXPECT_EQ(action_bit("sts:TagSession"), actions::kTagSession);
  EXPECT_EQ(action_bit("sts:SetSourceIdentity"), actions::kSetSourceIdentity);
  EXPECT_EQ(action_bit("sts:SetContext"), actions::kSetContext);
  EXPECT_EQ(action_bit("sts:AssumeRoot"), actions::kAssumeRoot);
  EXPECT_EQ(action_bit("iam:PassRole"), actions::kPassRole);
  EXPECT_EQ(action_bit("s3:GetObject"), actions::kOther);
  EXPECT_EQ(action_bit(""), actions::kOther);
}

}  // namespace
}  // namespace rolecall
