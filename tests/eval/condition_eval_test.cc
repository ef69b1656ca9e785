// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/condition_eval.h"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/parsed_policy.h"

namespace rolecall {
namespace {

constexpr std::string_view kKey = "custom:Key";

// One operator, the values of the policy, the value of the request, and whether that is true.
struct OperatorCase {
  std::string_view name{};
  std::string_view operation{};
  std::vector<std::string_view> wanted{};
  std::string_view actual{};
  Tri holds = Tri::No;
};

void PrintTo(const OperatorCase& test, std::ostream* out) {
  *out << test.operation << " " << test.wanted.at(0) << " against " << test.actual;
}

class OperatorTable : public testing::TestWithParam<OperatorCase> {};

TEST_P(OperatorTable, ComparesAsDocumented) {
  const OperatorCase& test = GetParam();
  RequestContext context;
  context.set(kKey, std::string(test.actual), KeyOrigin::Given);
  const Condition condition = make_condition(test.operation, kKey, test.wanted);
  ASSERT_NE(condition.operation, nullptr);
  EXPECT_EQ(evaluate_condition(condition, context, true).value, test.holds);
}

constexpr Tri kYes = Tri::Yes;
constexpr Tri kNo = Tri::No;

const std::vector<OperatorCase>& text_cases() {
  static const std::vector<OperatorCase> kCases = {
      {"equal", "StringEquals", {"abc"}, "abc", kYes},
      {"letter_case_counts", "StringEquals", {"abc"}, "ABC", kNo},
      {"star_is_literal", "StringEquals", {"vendor-*"}, "vendor-1", kNo},
      {"literal_star_equals_itself", "StringEquals", {"vendor-*"}, "vendor-*", kYes},
      {"any_of_several", "StringEquals", {"a", "b"}, "b", kYes},
      {"not_equal", "StringNotEquals", {"abc"}, "abd", kYes},
      {"none_of_several", "StringNotEquals", {"a", "b"}, "b", kNo},
      {"differs_from_all", "StringNotEquals", {"a", "b"}, "c", kYes},
      {"ignores_case", "StringEqualsIgnoreCase", {"aBc"}, "AbC", kYes},
      {"ignores_case_only", "StringEqualsIgnoreCase", {"abc"}, "abcd", kNo},
      {"not_ignoring_case", "StringNotEqualsIgnoreCase", {"ABC"}, "abc", kNo},
      {"like_star", "StringLike", {"repo:o/*"}, "repo:o/r:ref:refs/heads/main", kYes},
      {"like_crosses_colon_and_slash", "StringLike", {"a*z"}, "a:b/c:z", kYes},
      {"like_empty_run", "StringLike", {"ab*"}, "ab", kYes},
      {"like_question_is_one", "StringLike", {"v?"}, "v1", kYes},
      {"like_question_is_not_none", "StringLike", {"v?"}, "v", kNo},
      {"like_question_is_not_two", "StringLike", {"v?"}, "v10", kNo},
      {"like_counts_case", "StringLike", {"V*"}, "v1", kNo},
      {"not_like", "StringNotLike", {"a*"}, "b", kYes},
      {"not_like_any", "StringNotLike", {"b*", "a*"}, "ab", kNo},
      {"empty_value_is_a_value", "StringEquals", {""}, "", kYes},
      {"text_of_a_boolean", "StringEquals", {"true"}, "true", kYes},
  };
  return kCases;
}

const std::vector<OperatorCase>& number_cases() {
  static const std::vector<OperatorCase> kCases = {
      {"equal", "NumericEquals", {"10"}, "10.0", kYes},
      {"not_as_text", "NumericEquals", {"1e1"}, "10", kYes},
      {"not_equals", "NumericNotEquals", {"10"}, "11", kYes},
      {"not_equals_same", "NumericNotEquals", {"10", "11"}, "11.00", kNo},
      {"less", "NumericLessThan", {"3600"}, "3599", kYes},
      {"less_not_equal", "NumericLessThan", {"3600"}, "3600", kNo},
      {"less_by_value_not_text", "NumericLessThan", {"9"}, "10", kNo},
      {"at_most", "NumericLessThanEquals", {"3600"}, "3600", kYes},
      {"greater", "NumericGreaterThan", {"-2"}, "-1.5", kYes},
      {"at_least", "NumericGreaterThanEquals", {"2.5"}, "2.5", kYes},
      {"at_least_below", "NumericGreaterThanEquals", {"2.5"}, "2.49999999999999999999", kNo},
      {"no_number", "NumericEquals", {"ten"}, "10", kNo},
      {"no_number_in_the_request", "NumericLessThan", {"10"}, "soon", kNo},
  };
  return kCases;
}

const std::vector<OperatorCase>& date_cases() {
  static const std::vector<OperatorCase> kCases = {
      {"same_instant", "DateEquals", {"2026-11-23T10:00:00Z"}, "1795428000", kYes},
      {"offset", "DateEquals", {"2026-11-23T11:00:00+01:00"}, "2026-11-23T10:00Z", kYes},
      {"day", "DateEquals", {"2026-11-23"}, "2026-11-23T00:00:00Z", kYes},
      {"not_equals", "DateNotEquals", {"2026-11-23"}, "2026-11-24", kYes},
      {"before", "DateLessThan", {"2026-11-23T10:00:00Z"}, "2026-11-23T09:59:59Z", kYes},
      {"before_not_at", "DateLessThan", {"2026-11-23T10:00:00Z"}, "2026-11-23T10:00:00Z", kNo},
      {"until", "DateLessThanEquals", {"2026-11-23T10:00:00Z"}, "2026-11-23T10:00:00Z", kYes},
      {"after", "DateGreaterThan", {"2026-11-23"}, "2026-11-23T00:00:01Z", kYes},
      {"from", "DateGreaterThanEquals", {"2026-11-23"}, "2026-11-22T23:59:59Z", kNo},
      {"no_date", "DateLessThan", {"tomorrow"}, "2026-11-23", kNo},
  };
  return kCases;
}

const std::vector<OperatorCase>& other_cases() {
  static const std::vector<OperatorCase> kCases = {
      {"true", "Bool", {"true"}, "true", kYes},
      {"bool_ignores_case", "Bool", {"True"}, "true", kYes},
      {"bool_differs", "Bool", {"true"}, "false", kNo},
      {"bool_of_text", "Bool", {"true"}, "yes", kNo},
      {"binary", "BinaryEquals", {"QUJD"}, "QUJD", kYes},
      {"binary_url_alphabet", "BinaryEquals", {"-_8"}, "+/8=", kYes},
      {"binary_differs", "BinaryEquals", {"QUJD"}, "QUJE", kNo},
      {"v4_in_block", "IpAddress", {"203.0.113.0/24"}, "203.0.113.255", kYes},
      {"v4_outside", "IpAddress", {"203.0.113.0/24"}, "203.0.114.0", kNo},
      {"v4_any", "IpAddress", {"0.0.0.0/0"}, "203.0.113.1", kYes},
      {"v4_without_prefix", "IpAddress", {"203.0.113.1"}, "203.0.113.1", kYes},
      {"v4_without_prefix_is_32", "IpAddress", {"203.0.113.1"}, "203.0.113.2", kNo},
      {"v4_in_v6", "IpAddress", {"2001:db8::/32"}, "203.0.113.1", kNo},
      {"not_v4_in_v6", "NotIpAddress", {"2001:db8::/32"}, "203.0.113.1", kYes},
      {"v6", "IpAddress", {"2001:db8::/32"}, "2001:0DB8:0:1::7", kYes},
      {"v6_as_number", "IpAddress", {"2001:db8::7"}, "2001:db8:0:0:0:0:0:7", kYes},
      {"one_of_the_blocks", "IpAddress", {"10.0.0.0/8", "192.0.2.0/24"}, "192.0.2.9", kYes},
      {"none_of_the_blocks", "NotIpAddress", {"10.0.0.0/8", "192.0.2.0/24"}, "192.0.2.9", kNo},
      {"no_address", "IpAddress", {"203.0.113.0/24"}, "host", kNo},
  };
  return kCases;
}

const std::vector<OperatorCase>& arn_cases() {
  static const std::vector<OperatorCase> kCases = {
      {"same", "ArnEquals", {"arn:aws:iam::1:role/a"}, "arn:aws:iam::1:role/a", kYes},
      {"equals_has_wildcards",
       "ArnEquals",
       {"arn:aws:iam::1:role/*"},
       "arn:aws:iam::1:role/a",
       kYes},
      {"like_crosses_slash",
       "ArnLike",
       {"arn:aws:iam::1:role/Admin*"},
       "arn:aws:iam::1:role/Admin/x/y",
       kYes},
      {"like_stays_in_its_field", "ArnLike", {"arn:aws:*:role/a"}, "arn:aws:iam::1:role/a", kNo},
      {"wildcards_in_every_field",
       "ArnLike",
       {"arn:*:s?s:*:*:assumed-role/*"},
       "arn:aws:sts::1:assumed-role/a/b",
       kYes},
      {"sixth_field_keeps_colons",
       "ArnLike",
       {"arn:aws:states:eu-west-1:1:stateMachine:*"},
       "arn:aws:states:eu-west-1:1:stateMachine:x",
       kYes},
      {"sixth_field_differs",
       "ArnLike",
       {"arn:aws:states:*:1:stateMachine"},
       "arn:aws:states:eu-west-1:1:stateMachine:x",
       kNo},
      {"case_counts", "ArnLike", {"arn:aws:iam::1:role/A"}, "arn:aws:iam::1:role/a", kNo},
      {"short_pattern", "ArnLike", {"arn:aws:iam::1"}, "arn:aws:iam::1:role/a", kNo},
      {"short_pattern_with_star", "ArnLike", {"arn:aws:iam:*"}, "arn:aws:iam::1:role/a", kNo},
      {"value_is_no_arn", "ArnLike", {"arn:*:*:*:*:*"}, "111122223333", kNo},
      {"not_like", "ArnNotLike", {"arn:aws:iam::1:role/a*"}, "arn:aws:iam::1:role/b", kYes},
      {"not_equals", "ArnNotEquals", {"arn:aws:iam::1:role/a*"}, "arn:aws:iam::1:role/ab", kNo},
      {"not_like_of_no_arn", "ArnNotLike", {"arn:aws:iam::1:role/a"}, "111122223333", kYes},
      {"star_alone_is_open", "ArnLike", {"*"}, "arn:aws:iam::1:role/a", Tri::Open},
      {"star_beside_a_match",
       "ArnLike",
       {"*", "arn:aws:iam::1:role/a"},
       "arn:aws:iam::1:role/a",
       kYes},
  };
  return kCases;
}

INSTANTIATE_TEST_SUITE_P(Text, OperatorTable, testing::ValuesIn(text_cases()),
                         case_name<OperatorCase>);
INSTANTIATE_TEST_SUITE_P(Number, OperatorTable, testing::ValuesIn(number_cases()),
                         case_name<OperatorCase>);
INSTANTIATE_TEST_SUITE_P(Date, OperatorTable, testing::ValuesIn(date_cases()),
                         case_name<OperatorCase>);
INSTANTIATE_TEST_SUITE_P(Other, OperatorTable, testing::ValuesIn(other_cases()),
                         case_name<OperatorCase>);
INSTANTIATE_TEST_SUITE_P(Arn, OperatorTable, testing::ValuesIn(arn_cases()),
                         case_name<OperatorCase>);

// A value of the request that the operator can compare with `wanted`.
std::vector<std::string_view> some_value(OperatorFamily family) {
  switch (family) {
    case OperatorFamily::Arn:
      return {"arn:aws:iam::1:role/a"};
    case OperatorFamily::IpAddress:
      return {"192.0.2.0/24"};
    case OperatorFamily::Bool:
    case OperatorFamily::Null:
      return {"true"};
    case OperatorFamily::Binary:
      return {"QUJD"};
    default:
      return {"1"};
  }
}

ConditionResult on_absent_key(std::string operation, const std::vector<std::string_view>& values) {
  const Condition condition = make_condition(operation, kKey, values);
  EXPECT_NE(condition.operation, nullptr) << operation;
  return evaluate_condition(condition, {}, true);
}

TEST(MissingKey, FailsPositiveOperatorsAndSatisfiesNegatedOnes) {
  for (const ConditionOperator& row : condition_operators()) {
    if (row.family == OperatorFamily::Null) continue;
    const auto values = some_value(row.family);
    const ConditionResult result = on_absent_key(std::string(row.name), values);
    EXPECT_EQ(result.value, tri(row.negated)) << row.name;
    EXPECT_EQ(result.detail, row.negated ? ConditionDetail::Matched : ConditionDetail::KeyAbsent)
        << row.name;
  }
}

TEST(MissingKey, SatisfiesEveryOperatorWithIfExists) {
  for (const ConditionOperator& row : condition_operators()) {
    if (row.family == OperatorFamily::Null) continue;
    const std::string name(row.name);
    const auto values = some_value(row.family);
    EXPECT_EQ(on_absent_key(name + "IfExists", values).value, Tri::Yes) << name;
    EXPECT_EQ(on_absent_key("ForAllValues:" + name + "IfExists", values).value, Tri::Yes) << name;
    EXPECT_EQ(on_absent_key("ForAnyValue:" + name + "IfExists", values).value, Tri::Yes) << name;
  }
}

TEST(MissingKey, SatisfiesForAllValuesAndFailsForAnyValue) {
  for (const ConditionOperator& row : condition_operators()) {
    if (row.family == OperatorFamily::Null) continue;
    const std::string name(row.name);
    const auto values = some_value(row.family);
    EXPECT_EQ(on_absent_key("ForAllValues:" + name, values).value, Tri::Yes) << name;
    EXPECT_EQ(on_absent_key("ForAnyValue:" + name, values).value, Tri::No) << name;
  }
}

TEST(NullOperator, TellsWhetherTheKeyIsThere) {
  RequestContext context;
  context.set("present", std::string(), KeyOrigin::Given);
  context.set_unknown("open");
  context.set_unknown("certain", /*never_absent=*/true);
  const auto null = [&](std::string_view key, std::string_view wanted) {
    return evaluate_condition(make_condition("Null", key, {wanted}), context, true).value;
  };
  EXPECT_EQ(null("absent", "true"), Tri::Yes);
  EXPECT_EQ(null("absent", "false"), Tri::No);
  EXPECT_EQ(null("present", "true"), Tri::No);
  EXPECT_EQ(null("present", "false"), Tri::Yes);
  EXPECT_EQ(null("open", "true"), Tri::Open);
  EXPECT_EQ(null("open", "false"), Tri::Open);
  EXPECT_EQ(null("certain", "true"), Tri::No);
  EXPECT_EQ(null("certain", "false"), Tri::Yes);
}

TEST(NullOperator, OfBothKindsAlwaysHolds) {
  RequestContext context;
  context.set_unknown("open");
  const auto both_kinds = make_condition("Null", "open", {"true", "false"});
  EXPECT_EQ(evaluate_condition(both_kinds, context, true).value, Tri::Yes);
}

TEST(NullOperator, IgnoresIfExists) {
  const Condition condition = make_condition("NullIfExists", kKey, {"false"});
  EXPECT_EQ(evaluate_condition(condition, {}, true).value, Tri::No);
}

// Several values of one key under a set operator.
struct SetCase {
  std::string_view name{};
  std::string_view operation{};
  std::vector<std::string_view> wanted{};
  std::vector<std::string> actual{};
  bool holds = false;
};

void PrintTo(const SetCase& test, std::ostream* out) {
  *out << test.operation << " with " << test.actual.size() << " values";
}

class SetOperatorTable : public testing::TestWithParam<SetCase> {};

TEST_P(SetOperatorTable, ComparesAsDocumented) {
  const SetCase& test = GetParam();
  RequestContext context;
  context.set("aws:TagKeys", test.actual, KeyOrigin::Given);
  const Condition condition = make_condition(test.operation, "aws:TagKeys", test.wanted);
  EXPECT_EQ(evaluate_condition(condition, context, true).value, tri(test.holds));
}

INSTANTIATE_TEST_SUITE_P(
    Table, SetOperatorTable,
    testing::Values(
        SetCase{"any_has_one", "ForAnyValue:StringEquals", {"a", "b"}, {"x", "b"}, true},
        SetCase{"any_has_none", "ForAnyValue:StringEquals", {"a", "b"}, {"x", "y"}, false},
        SetCase{"any_of_empty", "ForAnyValue:StringEquals", {"a"}, {}, false},
        SetCase{"all_in_list", "ForAllValues:StringEquals", {"a", "b"}, {"b", "a"}, true},
        SetCase{"all_but_one", "ForAllValues:StringEquals", {"a", "b"}, {"b", "c"}, false},
        SetCase{"all_of_empty", "ForAllValues:StringEquals", {"a"}, {}, true},
        SetCase{"any_differs", "ForAnyValue:StringNotEquals", {"a", "b"}, {"a", "c"}, true},
        SetCase{
            "any_differs_from_all", "ForAnyValue:StringNotEquals", {"a", "b"}, {"a", "b"}, false},
        SetCase{"all_differ", "ForAllValues:StringNotEquals", {"a", "b"}, {"c", "d"}, true},
        SetCase{"not_all_differ", "ForAllValues:StringNotEquals", {"a", "b"}, {"c", "a"}, false},
        SetCase{"all_like", "ForAllValues:StringLike", {"team-*"}, {"team-a", "team-b"}, true},
        SetCase{"all_not_like", "ForAllValues:StringNotLike", {"aws:*"}, {"a", "aws:b"}, false},
        SetCase{"tag_keys_count_case", "ForAnyValue:StringEquals", {"Team"}, {"team"}, false},
        SetCase{"missing_set_operator", "StringEquals", {"a"}, {"a"}, false},
        SetCase{"missing_set_operator_negated", "StringNotEquals", {"a"}, {"b"}, false},
        SetCase{"if_exists_on_present", "ForAnyValue:StringEqualsIfExists", {"a"}, {"b"}, false}),
    case_name<SetCase>);

TEST(SetOperator, TreatsASingleValuedKeyAsASetOfOne) {
  RequestContext context;
  context.set(kKey, "a", KeyOrigin::Given);
  const auto value = [&](std::string_view operation, std::string_view wanted) {
    return evaluate_condition(make_condition(operation, kKey, {wanted}), context, true).value;
  };
  EXPECT_EQ(value("ForAllValues:StringEquals", "a"), Tri::Yes);
  EXPECT_EQ(value("ForAllValues:StringEquals", "b"), Tri::No);
  EXPECT_EQ(value("ForAnyValue:StringEquals", "a"), Tri::Yes);
  EXPECT_EQ(value("ForAnyValue:StringEquals", "b"), Tri::No);
}

TEST(Condition, NeedsASetOperatorForAListedKey) {
  RequestContext context;
  context.set("aws:TagKeys", std::vector<std::string>{"a"}, KeyOrigin::Given);
  const ConditionResult result =
      evaluate_condition(make_condition("StringEquals", "aws:TagKeys", {"a"}), context, true);
  EXPECT_EQ(result.detail, ConditionDetail::SetOperatorMissing);
}

TEST(Condition, IsNeverTrueUnderAnUnknownOperator) {
  RequestContext context;
  context.set(kKey, "a", KeyOrigin::Given);
  for (const std::string_view name : {"StringEqual", "stringequals", "StringNotEqualsIfExist",
                                      "ForEveryValue:StringEquals", "IfExists", ""}) {
    const ConditionResult result =
        evaluate_condition(make_condition(name, kKey, {"a"}), context, true);
    EXPECT_EQ(result.value, Tri::No) << name;
    EXPECT_EQ(result.detail, ConditionDetail::UnknownOperator) << name;
  }
}

TEST(Condition, WithoutValuesFailsOrHoldsByItsSign) {
  RequestContext context;
  context.set(kKey, "a", KeyOrigin::Given);
  const auto value = [&](std::string_view operation) {
    return evaluate_condition(make_condition(operation, kKey, {}), context, true).value;
  };
  EXPECT_EQ(value("StringEquals"), Tri::No);
  EXPECT_EQ(value("StringNotEquals"), Tri::Yes);
  EXPECT_EQ(value("IpAddress"), Tri::No);
  EXPECT_EQ(value("NotIpAddress"), Tri::Yes);
}

TEST(Condition, FindsItsKeyInAnyLetterCase) {
  RequestContext context;
  context.set("aws:PrincipalTag/Team", "blue", KeyOrigin::Given);
  const Condition condition = make_condition("StringEquals", "AWS:principaltag/TEAM", {"blue"});
  EXPECT_EQ(evaluate_condition(condition, context, true).value, Tri::Yes);
}

TEST(Condition, IsOpenWhenTypesMismatchUnderANegatedOperator) {
  RequestContext context;
  context.set(kKey, "soon", KeyOrigin::Given);
  for (const std::string_view name : {"NumericNotEquals", "DateNotEquals", "NotIpAddress"}) {
    const ConditionResult result =
        evaluate_condition(make_condition(name, kKey, {"1"}), context, true);
    EXPECT_EQ(result.value, Tri::Open) << name;
    EXPECT_TRUE(result.undocumented()) << name;
  }
}

TEST(Condition, IsOpenOnAnUnknownKey) {
  RequestContext context;
  context.set_unknown(kKey);
  for (const ConditionOperator& row : condition_operators()) {
    const ConditionResult result =
        evaluate_condition(make_condition(row.name, kKey, some_value(row.family)), context, true);
    EXPECT_EQ(result.value, Tri::Open) << row.name;
    EXPECT_EQ(result.detail, ConditionDetail::KeyUnknown) << row.name;
    EXPECT_FALSE(result.undocumented()) << row.name;
  }
}

TEST(Condition, DecidesWhenEveryCandidateAgrees) {
  RequestContext context;
  context.set_candidates(kKey, {"blue", "green"});
  const auto value = [&](std::string_view operation, std::string_view wanted) {
    return evaluate_condition(make_condition(operation, kKey, {wanted}), context, true).value;
  };
  EXPECT_EQ(value("StringEquals", "red"), Tri::No);       // Absent fails as well.
  EXPECT_EQ(value("StringEquals", "blue"), Tri::Open);    // Only one of the two.
  EXPECT_EQ(value("StringLike", "*"), Tri::Open);         // Absent would fail.
  EXPECT_EQ(value("StringLikeIfExists", "*"), Tri::Yes);  // Absent holds as well.
  EXPECT_EQ(value("StringNotEquals", "red"), Tri::Yes);
}

TEST(Condition, KnowsThatAnAccountOutsideIsNotOfThisOrganization) {
  RequestContext context;
  context.set_outside("aws:PrincipalOrgID", "o-abc1234567");
  const auto value = [&](std::string_view operation, std::string_view wanted) {
    return evaluate_condition(make_condition(operation, "aws:PrincipalOrgID", {wanted}), context,
                              true)
        .value;
  };
  EXPECT_EQ(value("StringEquals", "o-abc1234567"), Tri::No);
  EXPECT_EQ(value("StringNotEquals", "o-abc1234567"), Tri::Yes);
  EXPECT_EQ(value("StringEqualsIfExists", "o-abc1234567"), Tri::Open);  // Absent would hold.
  EXPECT_EQ(value("StringEquals", "o-other"), Tri::Open);
}

TEST(Condition, ExpandsVariablesInTextAndArnOperatorsOnly) {
  RequestContext context;
  context.set("aws:username", "ann", KeyOrigin::Derived);
  context.set(kKey, "ann", KeyOrigin::Given);
  context.set("an:arn", "arn:aws:iam::1:user/ann", KeyOrigin::Given);
  const auto value = [&](std::string_view operation, std::string_view key, std::string_view wanted,
                         bool variables) {
    return evaluate_condition(make_condition(operation, key, {wanted}), context, variables).value;
  };
  EXPECT_EQ(value("StringEquals", kKey, "${aws:username}", true), Tri::Yes);
  EXPECT_EQ(value("StringEquals", kKey, "${aws:username}", false), Tri::No);  // 2008-10-17.
  EXPECT_EQ(value("StringNotEquals", kKey, "${aws:username}", true), Tri::No);
  EXPECT_EQ(value("ArnLike", "an:arn", "arn:aws:iam::1:user/${aws:username}", true), Tri::Yes);
  EXPECT_EQ(value("NumericEquals", kKey, "${aws:username}", true), Tri::No);
}

TEST(Condition, MatchesNothingWhereAVariableHasNoValue) {
  RequestContext context;
  context.set(kKey, "ann", KeyOrigin::Given);
  const auto of = [&](std::string_view operation, std::string_view wanted) {
    return evaluate_condition(make_condition(operation, kKey, {wanted}), context, true);
  };
  EXPECT_EQ(of("StringEquals", "${aws:username}").value, Tri::No);
  EXPECT_EQ(of("StringEquals", "${aws:username}").detail, ConditionDetail::VariableUnresolved);
  EXPECT_EQ(of("StringLike", "*${aws:username}*").value, Tri::No);
  EXPECT_EQ(of("StringNotEquals", "${aws:username}").value, Tri::Yes);
  EXPECT_EQ(of("StringNotLike", "${aws:username}*").value, Tri::Yes);
  context.set_unknown("aws:username");
  EXPECT_EQ(of("StringEquals", "${aws:username}").value, Tri::Open);
  EXPECT_EQ(of("StringEquals", "${aws:username}").detail, ConditionDetail::VariableUnknown);
}

TEST(Condition, TakesASubstitutedStarLiterally) {
  RequestContext context;
  context.set("aws:username", "*", KeyOrigin::Derived);
  context.set(kKey, "ann", KeyOrigin::Given);
  const Condition like = make_condition("StringLike", kKey, {"${aws:username}"});
  EXPECT_EQ(evaluate_condition(like, context, true).value, Tri::No);
  context.set(kKey, "*", KeyOrigin::Given);
  EXPECT_EQ(evaluate_condition(like, context, true).value, Tri::Yes);
}

TEST(Condition, StaysQuickOnHostilePatterns) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  pattern += "b";
  RequestContext context;
  context.set(kKey, std::string(100'000, 'a'), KeyOrigin::Given);
  const Condition condition = make_condition("StringLike", kKey, {pattern});
  EXPECT_EQ(evaluate_condition(condition, context, true).value, Tri::No);
}

}  // namespace
}  // namespace rolecall
