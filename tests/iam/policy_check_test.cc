// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/policy_check.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/base/text.h"

#include "support/policy_findings.h"

namespace rolecall {
namespace {

constexpr unsigned kFirst = 500;
constexpr unsigned kLast = 599;

TEST(PolicyChecks, HaveACodeEachInOrder) {
  unsigned last = kFirst;
  for (const PolicyCheck& row : policy_checks()) {
    const auto code = static_cast<unsigned>(row.code);
    EXPECT_GT(code, last);
    EXPECT_LE(code, kLast);
    last = code;
    EXPECT_NE(row.kinds, 0) << code;
    EXPECT_LT(row.kinds, 256) << code << " is for a kind that does not exist";
    EXPECT_NE(row.run, nullptr) << code;
  }
}

TEST(PolicyChecks, CoverEveryCodeOfTheirGroup) {
  std::set<DiagnosticCode> checked;
  for (const PolicyCheck& row : policy_checks()) checked.insert(row.code);
  for (const DiagnosticRow& row : diagnostic_table()) {
    const auto code = static_cast<unsigned>(row.code);
    if (code < kFirst || code > kLast) continue;
    EXPECT_TRUE(checked.contains(row.code)) << format_code(row.code);
  }
}

TEST(PolicyChecks, ReportInTheOrderOfTheDocument) {
  const ParsedPolicy policy(
      R"({"Statement":[{"Sid":"a b","Effect":"Allow","Action":"x","Resource":"y"},)"
      R"({"Sid":"c d","Effect":"Allow","Action":"z","Resource":"*"}]})");
  const Diagnostics findings = find_in(policy);
  ASSERT_EQ(findings.all().size(), 6U);
  for (std::size_t i = 1; i < findings.all().size(); ++i) {
    EXPECT_LE(findings.all()[i - 1].where.begin, findings.all()[i].where.begin);
  }
}

TEST(PolicyChecks, CompareStatementsOnlyWhenAllOfThemWereRead) {
  constexpr std::string_view kTwice =
      R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})";
  const std::string pair = std::string(kTwice) + "," + std::string(kTwice);
  EXPECT_EQ(find_in(ParsedPolicy(policy_text(pair))).all().size(), 1U);
  EXPECT_EQ(find_in(ParsedPolicy(policy_text(pair + R"(,{"Effect":"Permit"})"))).all().size(), 0U);
}

// Documents of AWS's own for each kind: nothing is wrong with them.
struct Sound {
  PolicyKind kind{};
  std::string_view text{};
};
TEST(PolicyChecks, FindNothingInSoundPolicies) {
  constexpr auto kSound = std::to_array<Sound>({
      {PolicyKind::ServiceControl,
       R"({"Version":"2012-10-17","Statement":[{"Sid":"DenyAllOutsideEU","Effect":"Deny",)"
       R"("NotAction":["cloudfront:*","iam:*","sts:*"],"Resource":"*","Condition":)"
       R"({"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]},)"
       R"("ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/break-glass"}}}]})"},
      {PolicyKind::ServiceControl,
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*",)"
       R"("Condition":{"StringLike":{"aws:PrincipalArn":["arn:aws:iam::111122223333:root"]}}}]})"},
      {PolicyKind::ResourceControl,
       R"({"Version":"2012-10-17","Statement":[{"Sid":"EnforceOrg","Effect":"Deny",)"
       R"("Principal":"*","Action":["s3:*","sts:AssumeRole"],"Resource":"*","Condition":)"
       R"({"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc1234567"},)"
       R"("BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]})"},
      {PolicyKind::Identity,
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["iam:*Mfa*",)"
       R"("sts:GetSessionToken"],"Resource":"*","Condition":)"
       R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}},{"Effect":"Allow","Action":)"
       R"("iam:PassRole","Resource":"arn:aws:iam::111122223333:role/x","Condition":)"
       R"({"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}},{"Effect":"Deny",)"
       R"("Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":)"
       R"("2026-01-01T00:00:00Z"}}}]})"},
      {PolicyKind::Resource,
       R"({"Version":"2012-10-17","Id":"topic","Statement":[{"Sid":"__default ID","Effect":)"
       R"("Allow","Principal":{"AWS":"*"},"Action":"sns:Publish","Resource":)"
       R"("arn:aws:sns:eu-west-1:111122223333:t","Condition":{"StringEquals":)"
       R"({"AWS:SourceOwner":"111122223333"}}}]})"},
      {PolicyKind::Trust,
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
       R"({"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],)"
       R"("Condition":{"StringEquals":{"aws:RequestTag/kubernetes-namespace":"a",)"
       R"("aws:SourceAccount":"111122223333"},"ArnEquals":{"aws:SourceArn":)"
       R"("arn:aws:eks:eu-west-1:111122223333:cluster/c"}}}]})"},
      {PolicyKind::Trust,
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
       R"({"Service":"rolesanywhere.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession",)"
       R"("sts:SetSourceIdentity"],"Condition":{"StringEquals":)"
       R"({"aws:PrincipalTag/x509Subject/CN":"a"}}}]})"},
  });
  for (const Sound& each : kSound) {
    const ParsedPolicy policy(std::string(each.text), each.kind);
    expect_none(policy.diagnostics, policy.sources);
    expect_none(find_in(policy), policy.sources);
  }
}

TEST(PolicyCheck, CutsAMessageAtAWholeCharacter) {
  for (const std::size_t begin : {0U, 1U, 2U}) {
    std::string sid(begin, 'x');
    for (int i = 0; i < 300; ++i) sid += "\xE2\x82\xAC";
    const ParsedPolicy policy(policy_text(R"({"Sid":")" + sid +
                                          R"(","Effect":"Allow","Action":"s3:Get*",)"
                                          R"("Resource":"*"})"));
    const auto messages = messages_of(policy, DiagnosticCode::InvalidSid);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_LE(messages[0].size(), 403U);
    EXPECT_TRUE(messages[0].ends_with("\xE2\x82\xAC...")) << begin;
    EXPECT_TRUE(is_valid_utf8(messages[0]));
  }
}

}  // namespace
}  // namespace rolecall
