// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/policy_variable.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

RequestContext some_context() {
  RequestContext context;
  context.set("aws:username", "ann", KeyOrigin::Derived);
  context.set("aws:PrincipalTag/empty", "", KeyOrigin::Derived);
  context.set("aws:PrincipalTag/star", "a*?", KeyOrigin::Derived);
  context.set("aws:PrincipalTag/nested", "${aws:username}", KeyOrigin::Derived);
  context.set("aws:TagKeys", "one", KeyOrigin::Given);
  context.set_unknown("aws:PrincipalTag/open");
  return context;
}

struct VariableCase {
  std::string_view name{};
  std::string_view text{};
  std::string_view expanded{};
  Expansion result = Expansion::Done;
};

void PrintTo(const VariableCase& test, std::ostream* out) {
  *out << test.text;
}

class PolicyVariableTable : public testing::TestWithParam<VariableCase> {};

TEST_P(PolicyVariableTable, ExpandsAsDocumented) {
  const VariableCase& test = GetParam();
  WildcardPattern pattern;
  EXPECT_EQ(expand_variables(test.text, some_context(), pattern), test.result);
  if (test.result == Expansion::Done) {
    EXPECT_EQ(pattern.text(), test.expanded);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, PolicyVariableTable,
    testing::Values(VariableCase{"plain", "${aws:username}", "ann"},
                    VariableCase{"inside_text", "home/${aws:username}/x", "home/ann/x"},
                    VariableCase{"ignores_case", "${AWS:UserName}", "ann"},
                    VariableCase{"twice", "${aws:username}-${aws:username}", "ann-ann"},
                    VariableCase{"default_when_absent", "${aws:PrincipalTag/team, 'none'}", "none"},
                    VariableCase{"default_not_needed", "${aws:username, 'none'}", "ann"},
                    VariableCase{"default_not_for_empty", "${aws:PrincipalTag/empty, 'none'}", ""},
                    VariableCase{"empty_default", "a${aws:PrincipalTag/team, ''}b", "ab"},
                    VariableCase{"default_without_quotes", "${aws:PrincipalTag/team, none}", "",
                                 Expansion::Unresolved},
                    VariableCase{"default_never_closed", "${aws:PrincipalTag/team, 'none}", "",
                                 Expansion::Unresolved},
                    VariableCase{"default_never_opened", "${aws:PrincipalTag/team, none'}", "",
                                 Expansion::Unresolved},
                    VariableCase{"default_of_one_quote", "${aws:PrincipalTag/team, '}", "",
                                 Expansion::Unresolved},
                    VariableCase{"star", "${*}", "*"}, VariableCase{"question", "a${?}b", "a?b"},
                    VariableCase{"dollar", "${$}{aws:username}", "${aws:username}"},
                    VariableCase{"absent", "x${aws:PrincipalTag/team}", "", Expansion::Unresolved},
                    VariableCase{"no_such_key", "${no such key}", "", Expansion::Unresolved},
                    VariableCase{"multi_valued_key", "${aws:TagKeys}", "", Expansion::Unresolved},
                    VariableCase{"unknown", "${aws:PrincipalTag/open}", "", Expansion::Unknown},
                    VariableCase{"absent_outweighs_unknown",
                                 "${aws:PrincipalTag/open}${aws:referer}", "",
                                 Expansion::Unresolved},
                    VariableCase{"never_closed", "a${aws:username", "a${aws:username"},
                    VariableCase{"dollar_alone", "$5 {x}", "$5 {x}"},
                    VariableCase{"values_are_not_expanded_again", "${aws:PrincipalTag/nested}",
                                 "${aws:username}"}),
    case_name<VariableCase>);

bool matches(std::string_view text, std::string_view value) {
  WildcardPattern pattern;
  EXPECT_EQ(expand_variables(text, some_context(), pattern), Expansion::Done);
  return wildcard_match(pattern.view(), value);
}

TEST(PolicyVariable, KeepsWrittenWildcardsAndDropsSubstitutedOnes) {
  EXPECT_TRUE(matches("${aws:username}*", "anna"));
  EXPECT_TRUE(matches("${aws:PrincipalTag/star}", "a*?"));
  EXPECT_FALSE(matches("${aws:PrincipalTag/star}", "abc"));
  EXPECT_TRUE(matches("${*}*", "*x"));
  EXPECT_FALSE(matches("${*}", "x"));
  EXPECT_FALSE(matches("${?}", "x"));
  EXPECT_FALSE(matches("${aws:PrincipalTag/team, '*'}", "x"));
  EXPECT_TRUE(matches("${aws:PrincipalTag/team, '*'}", "*"));
}

TEST(PolicyVariable, IsRecognizedByItsOpening) {
  EXPECT_TRUE(has_variable("a${"));
  EXPECT_FALSE(has_variable("a$ {b}"));
}

}  // namespace
}  // namespace rolecall
