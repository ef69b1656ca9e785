// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases = std::to_array<FindingCase>({
    {"variable_in_action",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:${aws:username}","Resource":"*"}]})",
     {Code::MisplacedVariable, "`s3:${aws:username}`: variables are not expanded in an action",
      R"("s3:${aws:username}")", "", Severity::Warning},
     ""},
    {"variable_in_principal",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/${aws:username}"},"Action":"sts:AssumeRole"}]})",
     {Code::MisplacedVariable,
      "`arn:aws:iam::111122223333:user/${aws:username}`: a principal cannot have variables",
      R"("arn:aws:iam::111122223333:user/${aws:username}")",
      "name the principal, or put the variable into a condition"},
     ""},
    {"variable_in_account_field",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::${aws:PrincipalAccount}:role/x"}]})",
     {Code::MisplacedVariable,
      "`arn:aws:iam::${aws:PrincipalAccount}:role/x`: in a resource, variables are expanded after "
      "the fifth colon only",
      R"("arn:aws:iam::${aws:PrincipalAccount}:role/x")", "", Severity::Warning},
     ""},
    {"variable_in_key",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:${aws:username}":"x"}}}]})",
     {Code::MisplacedVariable,
      "`s3:${aws:username}`: variables are not expanded in a condition key",
      R"("s3:${aws:username}")", "", Severity::Warning},
     ""},
    {"variable_in_number",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericEquals":{"s3:max-keys":"${aws:userid}"}}}]})",
     {Code::MisplacedVariable,
      "`${aws:userid}`: variables are not expanded in values of `NumericEquals`",
      R"("${aws:userid}")", "", Severity::Warning},
     ""},
    {"nested_variable",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:PrincipalTag/${aws:username}}"}}}]})",
     {Code::MisplacedVariable,
      "`${aws:PrincipalTag/${aws:username}}`: a variable inside a variable is not expanded",
      R"("${aws:PrincipalTag/${aws:username}}")", "", Severity::Warning},
     ""},
    {"variable_of_a_list",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:PrincipalOrgPaths}"}}}]})",
     {Code::MisplacedVariable,
      "`${aws:PrincipalOrgPaths}` holds a list, so the variable has no value",
      R"("${aws:PrincipalOrgPaths}")", "compare the key itself in a condition", Severity::Warning},
     ""},
    {"unknown_variable",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:usernam}"}}}]})",
     {Code::UnknownVariable,
      "`${aws:usernam}` never has a value: AWS documents no such condition key",
      R"("${aws:usernam}")", "did you mean `aws:username`?", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:username}"}}}]})"},
    {"template_parameter",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${BucketName}"}]})",
     {Code::UnknownVariable, "`${BucketName}` never has a value: it names no condition key",
      R"("arn:aws:s3:::${BucketName}")",
      "let the template tool replace it before the policy is stored", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${saml:sub}"}]})"},
    {"pseudo_parameter",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b-${AWS::AccountId}"}]})",
     {Code::UnknownVariable,
      "`${AWS::AccountId}` never has a value: AWS documents no such condition key",
      R"("arn:aws:s3:::b-${AWS::AccountId}")",
      "let the template tool replace it before the policy is stored", Severity::Warning},
     ""},
    {"variable_in_sid",
     PolicyKind::Resource,
     R"({"Version":"2012-10-17","Statement":[{"Sid":"${aws:username}","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}]})",
     {Code::MisplacedVariable, "`${aws:username}`: variables are not expanded in a Sid",
      R"("${aws:username}")", "", Severity::Warning},
     ""},
    {"open_brace_is_no_variable",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:username"}}}]})"},
    {"variable_with_default",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${aws:PrincipalTag/team, 'none'}"}}}]})"},
    {"claim_as_variable",
     PolicyKind::Identity,
     "",
     {},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"${cognito-identity.amazonaws.com:sub}"}}}]})"},
});

TEST(PolicyCheckVariable, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

TEST(PolicyCheckVariable, TakesAnOpenBraceForText) {
  const std::vector<CodeCase> cases = {
      {"never_closed",
       PolicyKind::Identity,
       policy_text(R"({"Effect":"Allow","Action":"s3:Get${Object","Resource":"arn:aws:s3:::a",
           "Condition":{"StringLike":{"s3:prefix":"${aws:usernam"}}})"),
       {}},
      {"escapes",
       PolicyKind::Identity,
       policy_text(
           R"({"Effect":"Allow","Action":"s3:Get${*}${?}${$}","Resource":"arn:aws:s3:::a"})"),
       {}},
      {"variable_behind_an_escape",
       PolicyKind::Identity,
       policy_text(R"({"Effect":"Allow","Action":"s3:Get${*}${aws:username}${?}","Resource":"*"})"),
       {"`s3:Get${*}${aws:username}${?}`: variables are not expanded in an action"}},
      {"two_of_them_early_in_a_resource",
       PolicyKind::Identity,
       policy_text(R"({"Effect":"Allow","Action":"s3:*",
           "Resource":"arn:aws:s3:${aws:RequestedRegion}:${aws:PrincipalAccount}:a"})"),
       {"`arn:aws:s3:${aws:RequestedRegion}:${aws:PrincipalAccount}:a`: in a resource, variables "
        "are expanded after the fifth colon only"}},
      {"late_in_a_resource",
       PolicyKind::Identity,
       policy_text(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:userid}"})"),
       {}},
      {"value_that_is_not_expanded",
       PolicyKind::Identity,
       allowing_where(R"({"NumericEquals":{"s3:max-keys":"${aws:PrincipalTag/n}"}})"),
       {"`${aws:PrincipalTag/n}`: variables are not expanded in values of `NumericEquals`"}},
      {"unknown_operator",
       PolicyKind::Identity,
       allowing_where(R"({"StringMatches":{"s3:prefix":"${aws:username}"}})"),
       {}},
  };
  expect_messages(Code::MisplacedVariable, cases);
}

TEST(PolicyCheckVariable, KnowsTheKeysOfItsOwnServices) {
  const auto unknown = [](std::string_view variable) {
    return messages_of(ParsedPolicy(policy_text(
                           R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${)" +
                           std::string(variable) + R"(}"})")),
                       Code::UnknownVariable);
  };
  for (const std::string_view good : {"aws:username", "sts:SourceIdentity", "s3:prefix", "*", "?",
                                      "$", "aws:PrincipalTag/team, 'none'"}) {
    EXPECT_TRUE(unknown(good).empty()) << good;
  }
  EXPECT_EQ(unknown("sts:SourceIdentities"),
            std::vector<std::string>{"`${sts:SourceIdentities}` never has a value: AWS documents "
                                     "no such condition key"});
  EXPECT_EQ(unknown("aws:usrname"),
            std::vector<std::string>{
                "`${aws:usrname}` never has a value: AWS documents no such condition key"});
  EXPECT_EQ(unknown("Bucket"),
            std::vector<std::string>{"`${Bucket}` never has a value: it names no condition key"});
}

}  // namespace
}  // namespace rolecall
