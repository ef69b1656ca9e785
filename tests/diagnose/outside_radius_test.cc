// SPDX-License-Identifier: Apache-2.0
#include "diagnose/outside_radius.h"

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/asking.h"

namespace rolecall {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string words_of(const LetIn& let_in) {
  std::string text = fmt::format("{}: {}", let_in_scope_name(let_in.scope), let_in.principal);
  for (const std::string& each : let_in.conditions) text += " | " + each;
  return text;
}

std::vector<std::string> words_of(const OutsideRadius& radius) {
  std::vector<std::string> all;
  for (const LetIn& each : radius.lets_in) all.push_back(words_of(each));
  return all;
}

// What a trust policy that becomes `after` lets in, when the usual role asks.
OutsideRadius opened_by(Asking& asking, const std::string& after) {
  FixChange change;
  change.target = FixTarget::TrustPolicy;
  change.policy = asking.estate.find_role(kDeploy)->trust;
  change.edits = {{JsonEdit::Op::Replace, "", after}};
  const Fix fix{{change}};
  const auto trial = Trial::run(asking.estate, asking.request, fix);
  EXPECT_NE(trial, nullptr);
  return trial == nullptr ? OutsideRadius{} : find_outside_radius(asking.estate, fix, *trial);
}

struct OpeningCase {
  std::string_view name{};
  std::string_view principal{};
  std::string_view condition{};
  std::vector<std::string> lets_in{};
};
void PrintTo(const OpeningCase& test, std::ostream* out) {
  *out << test.name;
}

const std::vector<OpeningCase>& opening_cases() {
  static const std::vector<OpeningCase> kCases = {
      {"the_caller", R"({"AWS":"arn:aws:iam::111122223333:role/team/ci"})", "{}", {}},
      {"an_account_that_is_exported", R"({"AWS":"111122223333"})", "{}", {}},
      {"another_account",
       R"({"AWS":"777788889999"})",
       R"({"StringEquals":{"sts:ExternalId":"blue-7"}})",
       {"account: any principal of account 777788889999 | StringEquals sts:ExternalId "
        "\"blue-7\""}},
      {"a_role_of_another_account",
       R"({"AWS":["arn:aws:iam::111122223333:role/team/ci","arn:aws:iam::777788889999:role/scan"]})",
       "{}",
       {"principal: arn:aws:iam::777788889999:role/scan"}},
      {"everyone", R"("*")", "{}", {"everyone: any AWS principal of any account"}},
      {"the_caller_out_of_everyone",
       R"("*")",
       R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/team/ci"}})",
       {}},
      {"an_organization",
       R"({"AWS":"*"})",
       R"({"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}})",
       {"organization: any principal of organization o-a1b2c3d4e5 | StringEquals "
        "aws:PrincipalOrgID \"o-a1b2c3d4e5\""}},
      {"a_provider_with_subjects",
       R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
       R"({"StringLike":{"ci.example.com:sub":"repo:org/*"}})",
       {"federated: bearers of tokens of ci.example.com | StringLike ci.example.com:sub "
        "\"repo:org/*\""}},
      {"a_service",
       R"({"Service":"lambda.amazonaws.com"})",
       "{}",
       {"principal: the service lambda.amazonaws.com"}},
  };
  return kCases;
}

class OpenedTrust : public testing::TestWithParam<OpeningCase> {};

TEST_P(OpenedTrust, NamesWhomItAdmits) {
  const OpeningCase& test = GetParam();
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  const OutsideRadius radius =
      opened_by(asking, trust_document(test.principal,
                                       R"(["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"])",
                                       test.condition));
  EXPECT_EQ(words_of(radius), test.lets_in);
  // Whether a lone star admits services and tokens is not documented.
  const bool star = test.principal.find('*') != std::string_view::npos &&
                    test.condition.find("PrincipalArn") == std::string_view::npos;
  EXPECT_THAT(radius.unknowns, star ? SizeIs(1) : SizeIs(0));
}
INSTANTIATE_TEST_SUITE_P(OutsideRadius, OpenedTrust, testing::ValuesIn(opening_cases()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(OutsideRadius, SaysNothingOfWhatWasOpenBefore) {
  Asking asking;
  asking.usual(trust_document(R"({"AWS":"777788889999"})")).ask_for(kCiSession);
  EXPECT_THAT(
      words_of(opened_by(
          asking,
          trust_document(R"({"AWS":["777788889999","arn:aws:iam::111122223333:role/team/ci"]})"))),
      IsEmpty());
}

TEST(OutsideRadius, IsNotKnownWhereTheComparisonIsNot) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  const OutsideRadius radius = opened_by(
      asking, trust_document(R"({"AWS":["arn:aws:iam::111122223333:role/team/ci","777788889999"]})",
                             R"("sts:AssumeRole")",
                             R"({"StringEquals":{"sts:RoleSessionName":"${aws:username}"}})"));
  EXPECT_THAT(radius.unknowns, ElementsAre(HasSubstr("policy variable")));
}

TEST(OutsideRadius, IsWhomTheTrustPolicyAdmitsWhereTheOrganizationRefused) {
  Asking asking;
  asking.usual(trust_document(R"({"AWS":["111122223333","777788889999"]})"))
      .add(
          "organization.json",
          R"({"Organization":{"Id":"o-a1b2c3d4e5","MasterAccountId":"999999999999"},)"
          R"("Roots":[{"Id":"r-ab12","Name":"Root","PolicyTypes":[)"
          R"({"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}]}],"OrganizationalUnits":[],)"
          R"("Accounts":[{"Id":"999999999999","ParentId":"r-ab12"},)"
          R"({"Id":"111122223333","ParentId":"r-ab12"},{"Id":"444455556666","ParentId":"r-ab12"}],)"
          R"("Policies":[{"PolicySummary":{"Id":"p-rcp","Type":"RESOURCE_CONTROL_POLICY",)"
          R"("AwsManaged":false},"Content":{"Version":"2012-10-17","Statement":[{"Effect":"Deny",)"
          R"("Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}}],)"
          R"("Targets":[{"PolicyId":"p-rcp","TargetId":"r-ab12"}]})")
      .ask_for(kCiSession);
  const auto fixes =
      find_fixes(asking.estate, asking.request, diagnose(asking.estate, asking.request));
  ASSERT_GE(fixes.size(), 2U);
  EXPECT_THAT(fixes[0].lets_in(), IsEmpty());  // The caller alone is exempted.
  std::vector<std::string> others;
  for (const LetIn& each : fixes[1].lets_in()) others.push_back(words_of(each));
  EXPECT_THAT(others, Contains("account: any principal of account 777788889999"));
}

}  // namespace
}  // namespace rolecall
