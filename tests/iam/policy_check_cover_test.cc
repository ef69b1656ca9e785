// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases =
    std::to_array<FindingCase>(
        {
            {"same_statement_twice",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
             {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
              R"("Action":"sts:AssumeRole")", "remove the statement", Severity::Note},
             ""},
            {"narrower_statement",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":"arn:aws:iam::111122223333:role/x"}]})",
             {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
              R"("Action":["sts:AssumeRole"])", "remove the statement", Severity::Note},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"false"}}},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})"},
            {"role_beside_its_account_is_no_repetition",
             PolicyKind::Trust,
             "",
             {},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"}]})"},
            {"question_mark_covers_no_star",
             PolicyKind::Identity,
             "",
             {},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a?"},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a*b"}]})"},
            {"denied_statement",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]})",
             {Code::DeniedStatement, "statement 1 denies all that statement 0 allows",
              R"("Action":"sts:AssumeRole")", "remove one of the two, or narrow the Deny",
              Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/other"},"Action":"sts:AssumeRole"}]})"},
            {"denied_by_complement",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}]})",
             {Code::DeniedStatement, "statement 1 denies all that statement 0 allows",
              R"("Action":"s3:GetObject")", "remove one of the two, or narrow the Deny",
              Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x"},{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})"},
            {"absent_and_equal",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalTag/x":"true"},"StringEquals":{"aws:PrincipalTag/x":"a"}}}]})",
             {Code::ContradictingConditions,
              "`Null` on `aws:PrincipalTag/x` and `StringEquals` on `aws:PrincipalTag/x` are never "
              "true together, so the statement never applies",
              R"("aws:PrincipalTag/x")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalTag/x":"false"},"StringEquals":{"aws:PrincipalTag/x":"a"}}}]})"},
            {"equal_and_not_equal",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"a"},"StringNotEquals":{"aws:PrincipalTag/X":["a","b"]}}}]})",
             {Code::ContradictingConditions,
              "`StringEquals` on `aws:PrincipalTag/x` and `StringNotEquals` on "
              "`aws:PrincipalTag/X` are never true together, so the statement never applies",
              R"("aws:PrincipalTag/X")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":["a","c"]},"StringNotEquals":{"aws:PrincipalTag/x":["a","b"]}}}]})"},
            {"equal_and_unlike",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"a"},"StringLike":{"aws:PrincipalTag/x":"b*"}}}]})",
             {Code::ContradictingConditions,
              "`StringEquals` on `aws:PrincipalTag/x` and `StringLike` on `aws:PrincipalTag/x` are "
              "never true together, so the statement never applies",
              R"("aws:PrincipalTag/x")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"ba"},"StringLike":{"aws:PrincipalTag/x":"b*"}}}]})"},
            {"empty_time_window",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-06-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]})",
             {Code::ContradictingConditions,
              "`DateGreaterThan` on `aws:CurrentTime` and `DateLessThan` on `aws:CurrentTime` are "
              "never true together, so the statement never applies",
              R"("aws:CurrentTime")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2026-06-01T00:00:00Z"}}}]})"},
            {"empty_number_window",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThanEquals":{"s3:max-keys":"10"},"NumericLessThan":{"s3:max-keys":"10"}}}]})",
             {Code::ContradictingConditions,
              "`NumericGreaterThanEquals` on `s3:max-keys` and `NumericLessThan` on `s3:max-keys` "
              "are never true together, so the statement never applies",
              R"("s3:max-keys")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThanEquals":{"s3:max-keys":"10"},"NumericLessThanEquals":{"s3:max-keys":"10"}}}]})"},
            {"source_of_two_accounts",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:111122223333:function:*"},"StringEquals":{"aws:SourceAccount":"444455556666"}}}]})",
             {Code::ContradictingConditions,
              "`ArnLike` on `aws:SourceArn` and `StringEquals` on `aws:SourceAccount` are never "
              "true together, so the statement never applies",
              R"("aws:SourceAccount")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"},"StringEquals":{"aws:SourceAccount":"444455556666"}}}]})"},
            {"complement_covers_smaller_complement",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"s3:*","Resource":"*"},{"Effect":"Deny","NotAction":["s3:*","sts:*"],"Resource":"*"}]})",
             {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
              R"("NotAction":["s3:*","sts:*"])", "remove the statement", Severity::Note},
             ""},
            {"complements_of_different_kinds",
             PolicyKind::Identity,
             "",
             {},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"sts:*","Resource":"*"}]})"},
            {"resources_field_by_field",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":["arn:aws:iam::*:role/*","arn:aws:iam::111122223333:role/x"]},{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/y"}]})",
             {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
              R"("Action":"sts:AssumeRole")", "remove the statement", Severity::Note},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3*"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}]})"},
            {"variables_are_not_compared", PolicyKind::Identity, "", {}, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${aws:username}*"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${aws:username}-x"}]})"},
            {"everyone_covers_a_role",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:principalorgid":"o-abc1234567"}}}]})",
             {Code::RedundantStatement, "statement 0 already does all that statement 1 does",
              R"("Action":"sts:AssumeRole")", "remove the statement", Severity::Note},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}},{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})"},
            {"complement_of_principals_is_not_compared",
             PolicyKind::Resource,
             "",
             {},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"},{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}]})"},
            {"named_statements",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Sid":"Wide","Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},{"Sid":"Narrow","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x"}]})",
             {Code::RedundantStatement,
              "statement 0 (`Wide`) already does all that statement 1 (`Narrow`) does",
              R"("Action":"sts:AssumeRole")", "remove the statement", Severity::Note},
             ""},
            {"different_letter_case_is_equal",
             PolicyKind::Trust,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"a"},"StringNotEqualsIgnoreCase":{"aws:PrincipalTag/x":"A"}}}]})",
             {Code::ContradictingConditions,
              "`StringEquals` on `aws:PrincipalTag/x` and `StringNotEqualsIgnoreCase` on "
              "`aws:PrincipalTag/x` are never true together, so the statement never applies",
              R"("aws:PrincipalTag/x")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":"a"},"StringEqualsIgnoreCase":{"aws:PrincipalTag/x":"A"}}}]})"},
            {"bounds_that_cannot_be_read",
             PolicyKind::Identity,
             "",
             {},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericGreaterThan":{"s3:max-keys":["1","2"]},"NumericLessThan":{"s3:max-keys":"1"}}}]})"},
            {"date_bounds_meet",
             PolicyKind::Identity,
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01"},"DateLessThanEquals":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]})",
             {Code::ContradictingConditions,
              "`DateGreaterThan` on `aws:CurrentTime` and `DateLessThanEquals` on "
              "`aws:CurrentTime` are never true together, so the statement never applies",
              R"("aws:CurrentTime")", "remove one of them", Severity::Warning},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-01-01"},"DateLessThanEquals":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]})"},
            {"if_exists_contradicts_nothing", PolicyKind::Trust, "", {}, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalTag/x":"true"},"StringEqualsIfExists":{"aws:PrincipalTag/x":"a"}}}]})"},
            {"source_account_among_several",
             PolicyKind::Trust,
             "",
             {},
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:SourceArn":["arn:aws:lambda:eu-west-1:111122223333:function:f","arn:aws:lambda:eu-west-1:444455556666:function:f"]},"StringEquals":{"aws:SourceAccount":"444455556666"}}}]})"},
        });

TEST(PolicyCheckCover, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

// Two statements of one effect; each is the members of a statement behind Effect.
std::string two_statements(std::string_view effect, std::string_view first,
                           std::string_view second) {
  const std::string begin = R"({"Effect":")" + std::string(effect) + "\",";
  return policy_text(begin + std::string(first) + "}," + begin + std::string(second) + "}");
}
std::string two_allows(std::string_view first, std::string_view second) {
  return two_statements("Allow", first, second);
}
std::string two_denies(std::string_view first, std::string_view second) {
  return two_statements("Deny", first, second);
}
std::string allow_and_deny(std::string_view allow, std::string_view deny) {
  return policy_text(R"({"Effect":"Allow",)" + std::string(allow) + R"(},{"Effect":"Deny",)" +
                     std::string(deny) + "}");
}

const std::vector<std::string> kNothing = {};
const std::vector<std::string> kSecondRepeats = {
    "statement 0 already does all that statement 1 does"};
const std::vector<std::string> kFirstRepeats = {
    "statement 1 already does all that statement 0 does"};

TEST(PolicyCheckCover, FindsRepetitionsWhereNothingIsLeftToGuess) {
  const std::vector<CodeCase> cases = {
      {"wider_one_comes_later", PolicyKind::Identity,
       two_allows(R"("Action":"s3:GetObject","Resource":"*")", R"("Action":"s3:*","Resource":"*")"),
       kFirstRepeats},
      {"question_mark_covers_one_character", PolicyKind::Identity,
       two_allows(R"("Action":"s3:Get?bject","Resource":"*")",
                  R"("Action":"s3:GetObject","Resource":"*")"),
       kSecondRepeats},
      {"star_may_not_cover_a_variable", PolicyKind::Identity,
       two_allows(R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::home/*")",
                  R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}")"),
       kNothing},
      {"smaller_complement_of_resources", PolicyKind::Identity,
       two_denies(R"("Action":"s3:*","NotResource":"arn:aws:s3:::a")",
                  R"("Action":"s3:*","NotResource":["arn:aws:s3:::a","arn:aws:s3:::b"])"),
       kSecondRepeats},
      {"resources_and_their_complement", PolicyKind::Identity,
       two_denies(R"("Action":"s3:*","NotResource":"arn:aws:s3:::a")",
                  R"("Action":"s3:*","Resource":"arn:aws:s3:::b")"),
       kNothing},
      {"empty_list_of_actions", PolicyKind::Identity,
       two_allows(R"("Action":"s3:*","Resource":"*")", R"("Action":[],"Resource":"*")"), kNothing},
      {"principals_and_their_complement", PolicyKind::Resource,
       two_denies(R"("Principal":"*","Action":"s3:*","Resource":"*")",
                  R"("NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*")"),
       kNothing},
      {"user_of_a_denied_account", PolicyKind::Trust,
       two_denies(R"("Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")",
                  R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},)"
                  R"("Action":"sts:AssumeRole")"),
       kSecondRepeats},
      {"user_of_another_account", PolicyKind::Trust,
       two_denies(R"("Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")",
                  R"("Principal":{"AWS":"arn:aws:iam::444455556666:user/ann"},)"
                  R"("Action":"sts:AssumeRole")"),
       kNothing},
      {"everyone_is_in_no_account", PolicyKind::Trust,
       two_denies(R"("Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")",
                  R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole")"),
       kFirstRepeats},
  };
  expect_messages(Code::RedundantStatement, cases);
}

TEST(PolicyCheckCover, ComparesNoStatementThatLacksAnElement) {
  const std::vector<CodeCase> cases = {
      {"no_resource", PolicyKind::Identity,
       two_allows(R"("Action":"s3:*","Resource":"*")", R"("Action":"s3:GetObject")"), kNothing},
      {"no_action", PolicyKind::Identity,
       two_allows(R"("Action":"s3:*","Resource":"*")", R"("Resource":"*")"), kNothing},
      {"no_action_in_either", PolicyKind::Identity,
       two_allows(R"("Resource":"*")", R"("Resource":"*")"), kNothing},
      {"no_principal", PolicyKind::Trust,
       two_allows(R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole")",
                  R"("Action":"sts:AssumeRole")"),
       kNothing},
  };
  expect_messages(Code::RedundantStatement, cases);
}

TEST(PolicyCheckCover, FindsNoDenialWhereTheDenyIsNarrower) {
  const std::vector<CodeCase> cases = {
      {"of_one_account", PolicyKind::Trust,
       allow_and_deny(R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole")",
                      R"("Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")"),
       kNothing},
      {"of_one_role", PolicyKind::Identity,
       allow_and_deny(R"("Action":"sts:*","Resource":"*")",
                      R"("Action":"sts:*","Resource":"arn:aws:iam::111122223333:role/x")"),
       kNothing},
      {"of_everyone",
       PolicyKind::Trust,
       allow_and_deny(R"("Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")",
                      R"("Principal":{"AWS":"*"},"Action":"sts:AssumeRole")"),
       {"statement 1 denies all that statement 0 allows"}},
  };
  expect_messages(Code::DeniedStatement, cases);
}

std::string never_together(std::string_view first, std::string_view second) {
  return std::string(first) + " and " + std::string(second) +
         " are never true together, so the statement never applies";
}

TEST(PolicyCheckCover, FindsContradictionsInEitherOrder) {
  const std::vector<CodeCase> cases = {
      {"value_and_absence",
       PolicyKind::Trust,
       trusting_where(R"({"StringEquals":{"aws:PrincipalTag/x":"a"},
                          "Null":{"aws:PrincipalTag/x":"true"}})"),
       {never_together("`StringEquals` on `aws:PrincipalTag/x`",
                       "`Null` on `aws:PrincipalTag/x`")}},
      {"pattern_and_value",
       PolicyKind::Trust,
       trusting_where(R"({"StringLike":{"aws:PrincipalTag/x":"b*"},
                          "StringEquals":{"aws:PrincipalTag/x":"a"}})"),
       {never_together("`StringLike` on `aws:PrincipalTag/x`",
                       "`StringEquals` on `aws:PrincipalTag/x`")}},
      {"end_and_begin",
       PolicyKind::Trust,
       trusting_where(R"({"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},
                          "DateGreaterThanEquals":{"aws:CurrentTime":"2026-06-01T00:00:00Z"}})"),
       {never_together("`DateLessThan` on `aws:CurrentTime`",
                       "`DateGreaterThanEquals` on `aws:CurrentTime`")}},
      {"account_and_source",
       PolicyKind::Trust,
       trusting_where(R"({"StringEquals":{"aws:SourceAccount":"444455556666"},
                          "ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t"}})"),
       {never_together("`StringEquals` on `aws:SourceAccount`", "`ArnLike` on `aws:SourceArn`")}},
      {"most_and_least",
       PolicyKind::Identity,
       allowing_where(R"({"NumericLessThanEquals":{"s3:max-keys":"5"},
                          "NumericGreaterThan":{"s3:max-keys":"5"}})"),
       {never_together("`NumericLessThanEquals` on `s3:max-keys`",
                       "`NumericGreaterThan` on `s3:max-keys`")}},
  };
  expect_messages(Code::ContradictingConditions, cases);
}

TEST(PolicyCheckCover, FindsNoContradictionWhereARequestMayPass) {
  const auto trusting = [](std::string_view name, std::string_view condition) {
    return CodeCase{name, PolicyKind::Trust, trusting_where(condition), kNothing};
  };
  const std::vector<CodeCase> cases = {
      trusting("absence_satisfies_both", R"({"Null":{"aws:PrincipalTag/x":"true"},
                                             "StringNotEquals":{"aws:PrincipalTag/x":"a"}})"),
      trusting("absence_satisfies_both_in_the_other_order",
               R"({"StringNotEquals":{"aws:PrincipalTag/x":"a"},
                   "Null":{"aws:PrincipalTag/x":"true"}})"),
      trusting("presence_is_asked_for_twice", R"({"StringLike":{"aws:PrincipalTag/x":"a*"},
                                                  "Null":{"aws:PrincipalTag/x":"false"}})"),
      trusting("another_value_of_a_list", R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"a"},
                                              "ForAllValues:StringLike":{"aws:TagKeys":"b*"}})"),
      trusting("list_without_set_operator", R"({"StringEquals":{"aws:TagKeys":"a"},
                                                "StringLike":{"aws:TagKeys":"b*"}})"),
      trusting("variable", R"({"StringEquals":{"aws:PrincipalTag/x":"a"},
                               "StringLike":{"aws:PrincipalTag/x":"${aws:username}"}})"),
      trusting("no_value", R"({"StringEquals":{"aws:PrincipalTag/x":"a"},
                               "StringLike":{"aws:PrincipalTag/x":[]}})"),
      trusting("unknown_operator", R"({"StringEquals":{"aws:PrincipalTag/x":"a"},
                                       "StringResembles":{"aws:PrincipalTag/x":"b"}})"),
      trusting("begin_that_is_no_date", R"({"DateGreaterThan":{"aws:CurrentTime":"soon"},
                                     "DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}})"),
      trusting("end_that_is_no_date",
               R"({"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},
                   "DateLessThan":{"aws:CurrentTime":"late"}})"),
      trusting("date_and_number",
               R"({"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},
                   "NumericLessThan":{"aws:CurrentTime":"5"}})"),
      trusting("several_ends",
               R"({"DateGreaterThan":{"aws:CurrentTime":"2026-06-01T00:00:00Z"},
                   "DateLessThan":{"aws:CurrentTime":["2026-01-01T00:00:00Z",
                                                      "2027-01-01T00:00:00Z"]}})"),
      trusting("two_begins", R"({"DateGreaterThan":{"aws:CurrentTime":"2026-06-01T00:00:00Z"},
                               "DateGreaterThanEquals":{"aws:CurrentTime":"2026-01-01"}})"),
      trusting("source_of_any_account", R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:t"},
                                            "StringEquals":{"aws:SourceAccount":"444455556666"}})"),
      trusting("source_that_is_no_arn",
               R"({"StringLike":{"aws:SourceArn":"*"},
                   "StringEquals":{"aws:SourceAccount":"444455556666"}})"),
      trusting("pattern_of_accounts",
               R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t"},
                   "StringLike":{"aws:SourceAccount":"4444*"}})"),
      trusting("all_but_one_account",
               R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t"},
                   "StringNotEquals":{"aws:SourceAccount":"444455556666"}})"),
      trusting("all_but_one_source",
               R"({"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t"},
                   "StringEquals":{"aws:SourceAccount":"444455556666"}})"),
      trusting("source_that_must_be_there",
               R"({"Null":{"aws:SourceArn":"false"},
                   "StringEquals":{"aws:SourceAccount":"444455556666"}})"),
  };
  expect_messages(Code::ContradictingConditions, cases);
}

TEST(PolicyCheckCover, ComparesNoMoreStatementsThanAPolicyHolds) {
  const auto repeated = [](std::size_t statements, std::size_t actions) {
    std::string list;
    for (std::size_t i = 0; i < actions; ++i)
      list += (i > 0 ? "," : "") + std::string("\"s3:Get\"");
    const std::string one = R"({"Effect":"Allow","Action":[)" + list + R"(],"Resource":"*"})";
    std::string text;
    for (std::size_t i = 0; i < statements; ++i) text += (i > 0 ? "," : "") + one;
    return messages_of(ParsedPolicy(policy_text(text)), Code::RedundantStatement).size();
  };
  EXPECT_EQ(repeated(400, 1), 399U);
  EXPECT_EQ(repeated(401, 1), 0U);
  EXPECT_EQ(repeated(2, 1999), 1U);
  EXPECT_EQ(repeated(2, 2000), 0U);
}

}  // namespace
}  // namespace rolecall
