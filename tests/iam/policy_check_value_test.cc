// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto
    kCases =
        std::
            to_array<FindingCase>(
                {
                    {"bool_on_text",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:PrincipalAccount":"true"}}}]})",
                     {Code::OperatorMismatch,
                      "`Bool` compares true and false, and `aws:PrincipalAccount` holds plain text",
                      R"("Bool")", "use an operator such as `StringEquals`", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:ViaAWSService":"false"}}}]})"},
                    {"text_on_bool",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:MultiFactorAuthPresent":"true"}}}]})",
                     {Code::OperatorMismatch,
                      "`StringEquals` compares text, and `aws:MultiFactorAuthPresent` holds true "
                      "and false",
                      R"("StringEquals")", "use an operator such as `Bool`", Severity::Warning},
                     ""},
                    {"arn_operator_on_account",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalAccount":"arn:aws:iam::111122223333:root"}}}]})",
                     {Code::OperatorMismatch,
                      "`ArnLike` compares ARNs, and `aws:PrincipalAccount` holds plain text",
                      R"("ArnLike")", "use an operator such as `StringEquals`", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x"}}}]})"},
                    {"text_on_address",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringLike":{"aws:SourceIp":"203.0.113.*"}}}]})",
                     {Code::OperatorMismatch,
                      "`StringLike` compares text, and `aws:SourceIp` holds IP addresses",
                      R"("StringLike")", "use an operator such as `IpAddress`", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]})"},
                    {"number_on_date",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericLessThan":{"aws:CurrentTime":"1700000000"}}}]})",
                     {Code::OperatorMismatch,
                      "`NumericLessThan` compares numbers, and `aws:CurrentTime` holds dates",
                      R"("NumericLessThan")", "use an operator such as `DateGreaterThan`",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericLessThan":{"aws:EpochTime":"1700000000"}}}]})"},
                    {"star_under_stringequals",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}}]})",
                     {Code::LiteralWildcard, "`*` is an ordinary character under `StringEquals`",
                      R"("arn:aws:iam::111122223333:role/*")", "write `StringLike`",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}}]})"},
                    {"star_under_ignore_case_with_qualifier",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAnyValue:StringNotEqualsIgnoreCaseIfExists":{"s3:x":"a*"}}}]})",
                     {Code::LiteralWildcard,
                      "`*` is an ordinary character under "
                      "`ForAnyValue:StringNotEqualsIgnoreCaseIfExists`",
                      R"("a*")", "write `ForAnyValue:StringNotLikeIfExists`", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"a${*}"}}}]})"},
                    {"wildcard_in_organization_id",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalOrgID":"o-*"}}}]})",
                     {Code::InexactId,
                      "`o-*` matches ids of others too: `aws:PrincipalOrgID` is to be named whole",
                      R"("o-*")", "write the id and an operator such as `StringEquals`",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})"},
                    {"wildcard_in_endpoint_policy",
                     PolicyKind::VpcEndpoint,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalOrgID":"o-*"}}}]})",
                     {Code::InexactId,
                      "`o-*` matches ids of others too: `aws:PrincipalOrgID` is to be named whole",
                      R"("o-*")", "write the id and an operator such as `StringEquals`"},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})"},
                    {"text_as_number",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericLessThan":{"s3:max-keys":"ten"}}}]})",
                     {Code::InvalidValue, "`ten` under `NumericLessThan` is not a number",
                      R"("ten")", "", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericLessThan":{"s3:max-keys":10}}}]})"},
                    {"impossible_date",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-13-01"}}}]})",
                     {Code::InvalidValue,
                      "`2026-13-01` under `DateLessThan` is not a date, as in "
                      "`2026-11-23T10:00:00Z`",
                      R"("2026-13-01")", "", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-12-01T00:00:00Z"}}}]})"},
                    {"yes_as_boolean",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"yes"}}}]})",
                     {Code::InvalidValue, "`yes` under `Bool` is not `true` or `false`", R"("yes")",
                      "", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}}]})"},
                    {"null_of_something_else",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Null":{"aws:PrincipalTag/x":"no"}}}]})",
                     {Code::InvalidValue, "`no` under `Null` is not `true` or `false`", R"("no")",
                      "", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Null":{"aws:PrincipalTag/x":"false"}}}]})"},
                    {"prefix_too_long",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/33"}}}]})",
                     {Code::InvalidValue,
                      "`203.0.113.0/33` under `IpAddress` is not an address or CIDR block",
                      R"("203.0.113.0/33")", "", Severity::Warning},
                     ""},
                    {"bad_base64",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"BinaryEquals":{"s3:x":"!!"}}}]})",
                     {Code::InvalidValue, "`!!` under `BinaryEquals` is not base64", R"("!!")", "",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"BinaryEquals":{"s3:x":"QmluYXJ5"}}}]})"},
                    {"private_address",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","10.0.0.0/8"]}}}]})",
                     {Code::PrivateAddress,
                      "`10.0.0.0/8` is private, and `aws:SourceIp` is the public address",
                      R"("10.0.0.0/8")",
                      "use `aws:VpcSourceIp`, or the public address of the network",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}}]})"},
                    {"short_arn_pattern",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*"}}}]})",
                     {Code::ShortArnPattern,
                      "`arn:aws:iam::*` is no ARN of six fields, so it matches none",
                      R"("arn:aws:iam::*")", "write an ARN, with `*` in fields that do not matter",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}}]})"},
                    {"bare_star_under_arnlike",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"*"}}}]})",
                     {Code::BareArnWildcard,
                      "whether `*` matches every ARN under `ArnLike` is not documented", R"("*")",
                      "write `arn:*:*:*:*:*`", Severity::Note},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:*:*:*:*:*"}}}]})"},
                    {"text_operator_lets_star_cross_fields",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}}]})",
                     {Code::LooseArnMatch,
                      "under `StringLike` the `*` also matches colons, and with them other fields",
                      R"("arn:aws:iam::*:role/admin")", "write `ArnLike`", Severity::Note},
                     ""},
                    {"list_without_set_operator",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalOrgPaths":"o-abc1234567/*"}}}]})",
                     {Code::MissingSetOperator,
                      "`aws:PrincipalOrgPaths` holds a list, which `StringLike` alone does not "
                      "compare",
                      R"("StringLike")",
                      "write `ForAnyValue:StringLike` or `ForAllValues:StringLike`",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalOrgPaths":"false"}}}]})"},
                    {"for_all_values_on_one_value_in_allow",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})",
                     {Code::NeedlessSetOperator,
                      "`aws:PrincipalOrgID` holds one value, and `ForAllValues` lets a request "
                      "without it through",
                      R"("ForAllValues:StringEquals")", "write `StringEquals`", Severity::Warning},
                     ""},
                    {"for_all_values_on_one_value_in_deny",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]})",
                     {Code::NeedlessSetOperator,
                      "`aws:PrincipalOrgID` holds one value, and `ForAllValues` is meant for lists",
                      R"("ForAllValues:StringEquals")", "write `StringEquals`", Severity::Warning},
                     ""},
                    {"for_all_values_in_allow",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"team"}}}]})",
                     {Code::ForAllValuesAllow,
                      "a request without `aws:TagKeys` passes: `ForAllValues` is true for it",
                      R"("ForAllValues:StringEquals")", R"(add "Null": { "aws:TagKeys": "false" })",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"team"},"Null":{"aws:TagKeys":"false"}}}]})"},
                    {"null_if_exists",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"NullIfExists":{"aws:PrincipalTag/x":"false"}}}]})",
                     {Code::NullIfExists,
                      "`IfExists` means nothing after `Null`, which is about existing",
                      R"("NullIfExists")", "write `Null`", Severity::Warning},
                     ""},
                    {"condition_without_values",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/x":[]}}}]})",
                     {Code::NoConditionValues, "`aws:PrincipalTag/x` is compared with no value",
                      R"("aws:PrincipalTag/x":[])", "add a value or remove the condition",
                      Severity::Warning},
                     ""},
                    {"space_after_resource",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/x "}]})",
                     {Code::SurroundingSpace,
                      "`arn:aws:iam::111122223333:role/x ` has white space at an end, which counts",
                      R"("arn:aws:iam::111122223333:role/x ")", "remove it", Severity::Warning},
                     ""},
                    {"bytes_on_text",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"BinaryEquals":{"aws:username":"QUJD"}}}]})",
                     {Code::OperatorMismatch,
                      "`BinaryEquals` compares base64 data, and `aws:username` holds plain text",
                      R"("BinaryEquals")", "use an operator such as `StringEquals`",
                      Severity::Warning},
                     ""},
                    {"date_on_number",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"DateLessThan":{"aws:MultiFactorAuthAge":"2026-01-01"}}}]})",
                     {Code::OperatorMismatch,
                      "`DateLessThan` compares dates, and `aws:MultiFactorAuthAge` holds numbers",
                      R"("DateLessThan")", "use an operator such as `NumericEquals`",
                      Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"sts:AssumeRole","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}}]})"},
                    {"address_on_arn",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"NotIpAddress":{"aws:PrincipalArn":"203.0.113.7"}}}]})",
                     {Code::OperatorMismatch,
                      "`NotIpAddress` compares IP addresses, and `aws:PrincipalArn` holds ARNs",
                      R"("NotIpAddress")", "use an operator such as `ArnLike`", Severity::Warning},
                     ""},
                    {"text_on_date",
                     PolicyKind::Identity,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:TokenIssueTime":"2026-01-01"}}}]})",
                     {Code::OperatorMismatch,
                      "`StringEquals` compares text, and `aws:TokenIssueTime` holds dates",
                      R"("StringEquals")", "use an operator such as `DateGreaterThan`",
                      Severity::Warning},
                     ""},
                    {"question_mark_under_stringequals",
                     PolicyKind::Identity,
                     "",
                     {},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"what?"}}}]})"},
                    {"escaped_star_under_stringlike",
                     PolicyKind::Trust,
                     "",
                     {},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalOrgID":"o-${?}"}}}]})"},
                    {"loose_negated_arn",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}}}]})",
                     {Code::LooseArnMatch,
                      "under `StringNotLike` the `*` also matches colons, and with them other "
                      "fields",
                      R"("arn:aws:iam::*:role/admin")", "write `ArnNotLike`", Severity::Note},
                     ""},
                    {"arn_pattern_that_is_a_variable",
                     PolicyKind::Identity,
                     "",
                     {},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"${aws:PrincipalTag/owner}"}}}]})"},
                    {"arn_pattern_of_something_else",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arm:aws:iam::1:role:x"}}}]})",
                     {Code::ShortArnPattern,
                      "`arm:aws:iam::1:role:x` is no ARN of six fields, so it matches none",
                      R"("arm:aws:iam::1:role:x")",
                      "write an ARN, with `*` in fields that do not matter", Severity::Warning},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"a*:aws:iam::1:role/x"}}}]})"},
                    {"for_all_values_guarded_on_one_value",
                     PolicyKind::Trust,
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"},"Action":"sts:AssumeRole","Condition":{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"},"Null":{"aws:PrincipalOrgID":"false"}}}]})",
                     {Code::NeedlessSetOperator,
                      "`aws:PrincipalOrgID` holds one value, and `ForAllValues` is meant for lists",
                      R"("ForAllValues:StringEquals")", "write `StringEquals`", Severity::Warning},
                     ""},
                    {"for_all_values_on_unknown_key",
                     PolicyKind::Identity,
                     "",
                     {},
                     R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"s3:x":"a"}}}]})"},
                });

TEST(PolicyCheckValue, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

TEST(PolicyCheckValue, LooksNoFurtherAtAnUnknownOperator) {
  constexpr std::string_view kConditions = R"({"StringMatches":{"aws:SourceIp":"10.0.0.1",
      "aws:PrincipalOrgID":"o-*","aws:TagKeys":" a ","aws:PrincipalArn":"*",
      "aws:PrincipalAccount":"1","aws:MultiFactorAuthPresent":"true","sts:ExternalId":[]},
      "StringEquals":{"aws:PrincipalTag/team":"blue"}})";
  const ParsedPolicy policy(trusting_where(kConditions), PolicyKind::Trust);
  ASSERT_FALSE(policy.diagnostics.all().empty());
  EXPECT_EQ(policy.diagnostics.all()[0].code, Code::UnknownOperator);
  const Diagnostics findings = find_in(policy);
  // What is found does not hang on the operator.
  expect_only(findings, policy.sources,
              {Code::SurroundingSpace, "` a ` has white space at an end, which counts", "\" a \"",
               "remove it", Severity::Warning});
}

TEST(PolicyCheckValue, ComparesEpochTimeWithNumbersAndDatesOnly) {
  const std::vector<CodeCase> cases = {
      {"number",
       PolicyKind::Identity,
       allowing_where(R"({"NumericLessThan":{"aws:EpochTime":"1700000000"}})"),
       {}},
      {"date",
       PolicyKind::Identity,
       allowing_where(R"({"DateLessThan":{"aws:EpochTime":"1700000000"}})"),
       {}},
      {"equal_date",
       PolicyKind::Identity,
       allowing_where(R"({"DateEquals":{"aws:CurrentTime":"2026-11-23T10:00:00Z"}})"),
       {}},
      {"text",
       PolicyKind::Identity,
       allowing_where(R"({"StringEquals":{"aws:EpochTime":"1700000000"}})"),
       {"`StringEquals` compares text, and `aws:EpochTime` holds dates"}},
  };
  expect_messages(Code::OperatorMismatch, cases);
}

TEST(PolicyCheckValue, KnowsWhichClaimsHoldOneValue) {
  const auto claim = [](std::string_view name, std::string_view key,
                        std::vector<std::string> messages) {
    return CodeCase{name, PolicyKind::Trust,
                    policy_text(R"({"Effect":"Allow","Principal":{"Federated":)"
                                R"("arn:aws:iam::111122223333:oidc-provider/gitlab.com"},)"
                                R"("Action":"sts:AssumeRoleWithWebIdentity","Condition":)"
                                R"({"ForAllValues:StringEquals":{")" +
                                std::string(key) + R"(":"a"}}})"),
                    std::move(messages)};
  };
  const std::vector<CodeCase> needless = {
      claim("subject", "gitlab.com:sub",
            {"`gitlab.com:sub` holds one value, and `ForAllValues` lets a request without it "
             "through"}),
      claim("methods", "gitlab.com:amr", {}),
      claim("claim_nobody_knows", "gitlab.com:flavor", {}),
      claim("key_of_another_service", "s3:prefix", {}),
  };
  expect_messages(Code::NeedlessSetOperator, needless);
}

TEST(PolicyCheckValue, TakesAConditionThatFailsWithoutTheKeyForAGuard) {
  const auto guarded = [](std::string_view name, std::string_view guard, bool spared) {
    return CodeCase{name, PolicyKind::Identity,
                    allowing_where(R"({"ForAllValues:StringEquals":{"aws:TagKeys":"a"},)" +
                                   std::string(guard) + "}"),
                    spared ? std::vector<std::string>{}
                           : std::vector<std::string>{"a request without `aws:TagKeys` passes: "
                                                      "`ForAllValues` is true for it"}};
  };
  const std::vector<CodeCase> cases = {
      guarded("null", R"("Null":{"aws:tagkeys":"false"})", true),
      guarded("any_value", R"("ForAnyValue:StringLike":{"aws:TagKeys":"*"})", true),
      guarded("other_key", R"("Null":{"aws:RequestTag/a":"false"})", false),
      guarded("null_the_other_way", R"("Null":{"aws:TagKeys":"true"})", false),
      guarded("if_exists", R"("ForAnyValue:StringLikeIfExists":{"aws:TagKeys":"*"})", false),
      guarded("unknown_operator", R"("Exists":{"aws:TagKeys":"true"})", false),
  };
  expect_messages(Code::ForAllValuesAllow, cases);
}

}  // namespace
}  // namespace rolecall
