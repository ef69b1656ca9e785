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

struct MeaningRow {
  std::string_view key{};
  std::string_view value{};
  bool possible = true;
};

TEST(PolicyCheckMeaning, KnowsTheFormOfWhatKeysHold) {
  const std::string long_name(65, 'a');
  const std::string name(64, 'a');
  const std::string long_id(1225, 'a');
  const std::vector<MeaningRow> rows = {
      {"aws:PrincipalAccount", "111122223333", true},
      {"aws:PrincipalAccount", "anonymous", true},
      {"aws:PrincipalAccount", "everyone", false},
      {"aws:ResourceAccount", "anonymous", false},
      {"aws:PrincipalOrgID", "o-abc1234567", true},
      {"aws:PrincipalOrgID", "r-ab12", false},
      {"aws:PrincipalOrgPaths", "o-abc1234567/r-ab12/", true},
      {"aws:PrincipalOrgPaths", "r-ab12/", false},
      {"aws:PrincipalOrgPaths", "o-abc1234567", false},
      {"aws:userid", "AIDAJQABLZS4A3QDU576Q", true},
      {"aws:userid", "AROAJQABLZS4A3QDU576Q:run", true},
      {"aws:userid", "AROAJQABLZS4A3QDU576Q", false},
      {"aws:SourceVpce", "vpce-1", true},
      {"aws:SourceVpce", "vpc-1", false},
      {"sts:RoleSessionName", "Run_7+=,.@-", true},
      {"sts:RoleSessionName", name, true},
      {"sts:RoleSessionName", long_name, false},
      {"sts:RoleSessionName", "a", false},
      {"sts:RoleSessionName", "", false},
      {"sts:RoleSessionName", "a/b", false},
      {"sts:RoleSessionName", "a~b", false},
      {"sts:RoleSessionName", "a[b", false},
      {"sts:RoleSessionName", "a;b", false},
      {"sts:SourceIdentity", "zoë", false},
      {"sts:ExternalId", "a/b:c", true},
      {"sts:ExternalId", long_id, false},
  };
  for (const MeaningRow& each : rows) {
    const ParsedPolicy policy(
        trusting_where(R"({"ForAnyValue:StringEquals":{")" + std::string(each.key) + R"(":")" +
                       std::string(each.value) + R"("}})"),
        PolicyKind::Trust);
    EXPECT_EQ(messages_of(policy, Code::ImpossibleValue).empty(), each.possible)
        << each.key << " " << each.value;
  }
}

TEST(PolicyCheckMeaning, LooksOnlyAtValuesThatAreComparedAsTheyStand) {
  const auto spared = [](std::string_view name, std::string_view condition) {
    return CodeCase{name, PolicyKind::Trust, trusting_where(condition), {}};
  };
  const std::vector<CodeCase> cases = {
      spared("unknown_operator", R"({"StringMatches":{"aws:PrincipalAccount":"1"}})"),
      spared("variable", R"({"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}})"),
      spared("space_at_an_end", R"({"StringEquals":{"aws:PrincipalAccount":"111122223333 "}})"),
      spared("pattern", R"({"StringLike":{"aws:PrincipalAccount":"1111*"}})"),
      spared("other_operator", R"({"NumericEquals":{"aws:PrincipalAccount":"1"}})"),
      spared("arn_of_another_key", R"({"ArnEquals":{"aws:PrincipalAccount":"1"}})"),
      spared("other_key", R"({"StringEquals":{"aws:PrincipalTag/account":"1"}})"),
  };
  expect_messages(Code::ImpossibleValue, cases);
}

}  // namespace
}  // namespace rolecall
