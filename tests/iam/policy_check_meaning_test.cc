// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "support/policy_findings.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

constexpr auto kCases = std::to_array<FindingCase>({
    {"account_with_eleven_digits",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalAccount":"11112222333"}}}]})",
     {Code::ImpossibleValue,
      "`aws:PrincipalAccount` is never `11112222333`: it holds an account id of twelve digits",
      R"("11112222333")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}]})"},
    {"organization_path_without_slash",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-abc1234567/r-ab12/ou-ab12-11111111"}}}]})",
     {Code::ImpossibleValue,
      "`aws:PrincipalOrgPaths` is never `o-abc1234567/r-ab12/ou-ab12-11111111`: it holds a path "
      "that begins with `o-` and ends with `/`",
      R"("o-abc1234567/r-ab12/ou-ab12-11111111")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-abc1234567/r-ab12/ou-ab12-11111111/*"}}}]})"},
    {"session_arn_as_principal_arn",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:sts::111122223333:assumed-role/ci/run"}}}]})",
     {Code::ImpossibleValue,
      "`aws:PrincipalArn` is never `arn:aws:sts::111122223333:assumed-role/ci/run`: it holds the "
      "role's ARN, not that of its session",
      R"("arn:aws:sts::111122223333:assumed-role/ci/run")", "", Severity::Warning},
     ""},
    {"role_id_without_session",
     PolicyKind::Identity,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:userid":"AROAJQABLZS4A3QDU576Q"}}}]})",
     {Code::ImpossibleValue,
      "`aws:userid` is never `AROAJQABLZS4A3QDU576Q`: it holds `ROLE_ID:SESSION_NAME` for a role",
      R"("AROAJQABLZS4A3QDU576Q")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringLike":{"aws:userid":"AROAJQABLZS4A3QDU576Q:*"}}}]})"},
    {"external_id_with_space",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"blue 7"}}}]})",
     {Code::ImpossibleValue,
      "`sts:ExternalId` is never `blue 7`: it holds 2 to 1224 letters, digits and `_+=,.@:/-`",
      R"("blue 7")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"blue:7/x"}}}]})"},
    {"misspelt_principal_type",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalType":"Role"}}}]})",
     {Code::ImpossibleValue,
      "`aws:PrincipalType` is never `Role`: it holds `User`, `AssumedRole` and the like",
      R"("Role")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}}]})"},
    {"endpoint_id_for_vpc",
     PolicyKind::Trust,
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceVpc":"vpce-1a2b3c4d"}}}]})",
     {Code::ImpossibleValue,
      "`aws:SourceVpc` is never `vpce-1a2b3c4d`: it holds an id that begins with `vpc-`",
      R"("vpce-1a2b3c4d")", "", Severity::Warning},
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1a2b3c4d"}}}]})"},
});

TEST(PolicyCheckMeaning, FindsTheDefectAndSparesItsNeighbor) {
  expect_findings(kCases);
}

}  // namespace
}  // namespace rolecall
