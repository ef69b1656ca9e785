// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

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
});

TEST(PolicyCheckVariable, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

}  // namespace
}  // namespace rolecall
