// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/wildcard.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

struct WildcardCase {
  std::string_view name{};
  std::string_view pattern{};
  std::string_view text{};
  bool matches = false;
};

void PrintTo(const WildcardCase& test, std::ostream* out) {
  *out << test.pattern << " against " << test.text;
}

class WildcardTable : public testing::TestWithParam<WildcardCase> {};

TEST_P(WildcardTable, Matches) {
  EXPECT_EQ(wildcard_match(GetParam().pattern, GetParam().text), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Table, WildcardTable,
    testing::Values(
        WildcardCase{"both_empty", "", "", true}, WildcardCase{"empty_pattern", "", "a", false},
        WildcardCase{"star_and_nothing", "*", "", true}, WildcardCase{"stars", "***", "", true},
        WildcardCase{"question_and_nothing", "?", "", false},
        WildcardCase{"literal", "abc", "abc", true}, WildcardCase{"prefix", "abc", "abcd", false},
        WildcardCase{"case", "abc", "abC", false},
        WildcardCase{"star_at_the_end", "ab*", "abcd", true},
        WildcardCase{"star_at_the_start", "*cd", "abcd", true},
        WildcardCase{"star_inside", "a*d", "abcd", true},
        WildcardCase{"star_matches_nothing", "ab*cd", "abcd", true},
        WildcardCase{"ends_do_not_overlap", "ab*ba", "aba", false},
        WildcardCase{"ends_may_touch", "ab*ba", "abba", true},
        WildcardCase{"middle", "*b*d*", "abcde", true},
        WildcardCase{"middle_in_order", "*d*b*", "abcde", false},
        WildcardCase{"middle_needs_two", "*ab*ab*", "xabx", false},
        WildcardCase{"middle_overlaps", "*aa*aa*", "aaa", false},
        WildcardCase{"question", "a?c", "abc", true},
        WildcardCase{"question_is_no_star", "a?c", "abbc", false},
        WildcardCase{"question_in_the_middle", "*?b?*", "abc", true},
        WildcardCase{"question_after_star", "*?", "", false},
        WildcardCase{"needs_the_last_place", "*a?", "aaaab", true},
        WildcardCase{"slash_and_colon", "a*z", "a/b:c/z", true},
        WildcardCase{"new_line", "a*z", "a\n\nz", true},
        WildcardCase{"brackets_are_literal", "[ab]", "a", false},
        WildcardCase{"backslash_is_literal", "a\\*", "a*", false}),
    case_name<WildcardCase>);

TEST(Wildcard, FoldsLetterCaseWhenAsked) {
  EXPECT_TRUE(wildcard_match("STS:assume*", "sts:AssumeRole", Case::Insensitive));
  EXPECT_TRUE(wildcard_match("*ROLE?ith*", "AssumeRoleWithSAML", Case::Insensitive));
  EXPECT_FALSE(wildcard_match("*ROLE*", "AssumeRoot", Case::Insensitive));
}

TEST(Wildcard, IsTheOneOfItsText) {
  EXPECT_TRUE(has_wildcard("a*"));
  EXPECT_TRUE(has_wildcard("?"));
  EXPECT_FALSE(has_wildcard("a[b]"));
}

TEST(WildcardPattern, SwitchesLiteralPartsOff) {
  WildcardPattern pattern;
  pattern.append_pattern("a*/");
  pattern.append_literal("*?");
  pattern.append_pattern("?");
  EXPECT_EQ(pattern.text(), "a*/*??");
  EXPECT_TRUE(wildcard_match(pattern.view(), "axx/*?z"));
  EXPECT_FALSE(wildcard_match(pattern.view(), "axx/bcz"));
  EXPECT_TRUE(wildcard_match(pattern.view().part(4, 2), "?z"));
  EXPECT_FALSE(wildcard_match(pattern.view().part(4, 2), "yz"));
}

// Each of these takes minutes with a matcher that tries every way to share out the text.
TEST(Wildcard, StaysQuickOnHostilePatterns) {
  const std::string text(100'000, 'a');
  std::string stars;
  for (int i = 0; i < 2000; ++i) stars += "a*";
  EXPECT_FALSE(wildcard_match(stars + "b", text));
  EXPECT_TRUE(wildcard_match(stars, text));
  EXPECT_FALSE(wildcard_match("*" + std::string(3000, 'a') + "b*", text));
  EXPECT_FALSE(wildcard_match("*" + std::string(3000, '?') + "b*", text));
  EXPECT_TRUE(wildcard_match("*" + std::string(3000, '?') + "*", text));
  EXPECT_TRUE(wildcard_match("*" + std::string(3000, 'a') + "b*", text + "b"));
  EXPECT_FALSE(wildcard_match("*" + std::string(200, 'A') + "B*", text, Case::Insensitive));
}

}  // namespace
}  // namespace rolecall
