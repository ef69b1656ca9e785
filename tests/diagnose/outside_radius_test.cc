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
  bool undocumented = false;  // AWS does not say whether a lone star admits services and tokens.
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
      {"everyone", R"("*")", "{}", {"everyone: any AWS principal of any account"}, true},
      {"the_caller_out_of_everyone",
       R"("*")",
       R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/team/ci"}})",
       {}},
      {"an_organization",
       R"({"AWS":"*"})",
       R"({"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}})",
       {"organization: any principal of organization o-a1b2c3d4e5 | StringEquals "
        "aws:PrincipalOrgID \"o-a1b2c3d4e5\""},
       true},
      {"a_provider_with_subjects",
       R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
       R"({"StringLike":{"ci.example.com:sub":"repo:org/*"}})",
       {"federated: bearers of tokens of ci.example.com | StringLike ci.example.com:sub "
        "\"repo:org/*\""}},
      {"a_service",
       R"({"Service":"lambda.amazonaws.com"})",
       "{}",
       {"principal: the service lambda.amazonaws.com"}},
      {"a_user_and_a_session_of_another_account",
       R"({"AWS":["arn:aws:iam::777788889999:user/bob","arn:aws:sts::777788889999:assumed-role/scan/s"]})",
       "{}",
       {"principal: arn:aws:iam::777788889999:user/bob",
        "principal: arn:aws:sts::777788889999:assumed-role/scan/s"}},
      {"a_user_of_an_account_that_is_exported",
       R"({"AWS":"arn:aws:iam::111122223333:user/ann"})",
       "{}",
       {}},
      {"nobody",
       R"({"AWS":["AROAQABLZS4A3QDUDEAD","arn:aws:iam::777788889999:group/ops"]})",
       "{}",
       {}},
      {"accounts_out_of_everyone",
       R"("*")",
       R"({"StringEquals":{"aws:PrincipalAccount":["777788889999","111122223333"]}})",
       {"account: any principal of account 777788889999 | StringEquals aws:PrincipalAccount "
        "\"777788889999\", \"111122223333\""}},
      {"everyone_but_for_patterns_of_callers",
       R"("*")",
       R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ci"}})",
       {"everyone: any AWS principal of any account | ArnLike aws:PrincipalArn "
        "\"arn:aws:iam::*:role/ci\""}},
      {"everyone_whose_account_may_be_absent",
       R"("*")",
       R"({"StringEqualsIfExists":{"aws:PrincipalAccount":"777788889999"}})",
       {"everyone: any AWS principal of any account | StringEqualsIfExists aws:PrincipalAccount "
        "\"777788889999\""},
       true},
      {"everyone_of_no_account",
       R"("*")",
       R"({"StringNotEquals":{"aws:PrincipalAccount":"777788889999"}})",
       {"everyone: any AWS principal of any account | StringNotEquals aws:PrincipalAccount "
        "\"777788889999\""},
       true},
      {"everyone_with_a_set_of_accounts",
       R"("*")",
       R"({"ForAllValues:StringEquals":{"aws:PrincipalAccount":"777788889999"}})",
       {"everyone: any AWS principal of any account | ForAllValues:StringEquals "
        "aws:PrincipalAccount \"777788889999\""},
       true},
      {"a_well_known_issuer",
       R"({"Federated":"accounts.google.com"})",
       R"({"StringEquals":{"accounts.google.com:aud":"app"}})",
       {"federated: bearers of tokens of accounts.google.com | StringEquals "
        "accounts.google.com:aud \"app\""}},
      {"a_saml_provider",
       R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})",
       "{}",
       {"federated: whoever signs in through arn:aws:iam::444455556666:saml-provider/corp"}},
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
  EXPECT_THAT(radius.unknowns, SizeIs(test.undocumented ? 1 : 0));
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

TEST(OutsideRadius, IsOfTheCallOnly) {
  Asking asking;
  asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})")).ask_for(kCiSession);
  EXPECT_THAT(words_of(opened_by(asking, trust_document(R"({"AWS":"777788889999"})",
                                                        R"("sts:SetSourceIdentity")"))),
              IsEmpty());
}

TEST(OutsideRadius, IsNobodyWhereTheSubjectIsThatOfTheToken) {
  const auto opened = [](std::string_view claims, std::string_view subject) {
    Asking asking;
    asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})"))
        .ask_for(R"({"federated":"ci.example.com","claims":)" + std::string(claims) + "}",
                 R"("action":"sts:AssumeRoleWithWebIdentity")");
    return words_of(opened_by(
        asking,
        trust_document(R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
                       R"("sts:AssumeRoleWithWebIdentity")",
                       R"({"StringEquals":{"ci.example.com:sub":)" + std::string(subject) + "}}")));
  };
  EXPECT_THAT(opened(R"({"sub":"a","aud":"b"})", R"("a")"), IsEmpty());
  EXPECT_THAT(opened(R"({"sub":"a","aud":"b"})", R"(["a","c"])"), SizeIs(1));
  EXPECT_THAT(opened(R"({"sub":["a","c"],"aud":"b"})", R"("a")"), SizeIs(1));
  EXPECT_THAT(opened(R"({"aud":"b"})", R"("a")"), SizeIs(1));
}

TEST(OutsideRadius, IsNobodyWhereTheServiceIsTheCaller) {
  const auto opened = [](std::string_view service) {
    Asking asking;
    asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})"))
        .ask_for(R"({"service":"lambda.amazonaws.com"})");
    return words_of(opened_by(
        asking,
        trust_document(
            R"({"Service":["lambda.amazonaws.com","ecs.amazonaws.com"]})", R"("sts:AssumeRole")",
            R"({"StringEquals":{"aws:PrincipalServiceName":")" + std::string(service) + R"("}})")));
  };
  EXPECT_THAT(opened("lambda.amazonaws.com"), IsEmpty());
  EXPECT_THAT(opened("ecs.amazonaws.com"), SizeIs(1));
}

// Whom the trust policy shuts out when it becomes `after`, in words.
std::vector<std::string> shut_out(const std::string& before, const std::string& after) {
  Asking asking;
  asking.usual(before).ask_for(kCiSession);
  std::vector<std::string> all;
  for (const ShutOut& each : opened_by(asking, after).shuts_out) {
    all.push_back((each.is_of_others ? "others: " : "its own: ") + each.call);
  }
  return all;
}

TEST(OutsideRadius, TellsWhomAChangeShutsOut) {
  const std::string after = trust_document(R"({"AWS":"arn:aws:iam::111122223333:role/team/ci"})");
  EXPECT_THAT(shut_out(trust_document(R"({"AWS":"777788889999"})"), after),
              ElementsAre(testing::StartsWith("others: ")));
  EXPECT_THAT(shut_out(trust_document(R"({"AWS":"111122223333"})"), after),
              ElementsAre(testing::StartsWith("its own: ")));
  for (const std::string_view dead :
       {"AROAQABLZS4A3QDUDEAD", "arn:aws:iam::111122223333:role/gone",
        "arn:aws:iam::111122223333:user/gone", "arn:aws:iam::111122223333:group/ops"}) {
    EXPECT_THAT(shut_out(trust_document(R"({"AWS":")" + std::string(dead) + R"("})"), after),
                IsEmpty())
        << dead;
  }
  EXPECT_THAT(shut_out(trust_document(R"({"AWS":"arn:aws:iam::111122223333:user/ann"})"), after),
              SizeIs(1));
}

// ---- Where something else than the trust policy refused.

// Who is let in when this change is laid over the world.
OutsideRadius radius_of(const Asking& asking, const FixChange& change) {
  const Fix fix{{change}};
  const auto trial = Trial::run(asking.estate, asking.request, fix);
  EXPECT_NE(trial, nullptr);
  return trial == nullptr ? OutsideRadius{} : find_outside_radius(asking.estate, fix, *trial);
}

FixChange longer_sessions() {
  FixChange change;
  change.target = FixTarget::RoleSetting;
  change.entity_arn = kDeploy;
  change.seconds = 7200;
  return change;
}

TEST(OutsideRadius, IsWhomTheRoleTrustsWhenItsSettingChanges) {
  const auto lets_in = [](const std::string& trust) {
    Asking asking;
    asking.usual(trust).ask_for(kUser, R"("duration_seconds":7200)");
    return words_of(radius_of(asking, longer_sessions()));
  };
  EXPECT_THAT(lets_in(trust_document(R"({"AWS":["111122223333","777788889999"]})")),
              ElementsAre("account: any principal of account 777788889999"));
  EXPECT_THAT(lets_in(R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",)"
                      R"("Action":"sts:TagSession"},{"Effect":"Allow","NotPrincipal":{"AWS":)"
                      R"("777788889999"},"Action":"sts:AssumeRole"}]})"),
              ElementsAre("everyone: any AWS principal of any account"));
  EXPECT_THAT(lets_in(trust_document(R"("*")", R"("sts:AssumeRole")",
                                     R"({"ArnEquals":{"aws:PrincipalArn":)"
                                     R"("arn:aws:iam::111122223333:user/ann"}})")),
              IsEmpty());
  EXPECT_THAT(lets_in(R"("nonsense")"), IsEmpty());
}

TEST(OutsideRadius, IsNotKnownWithoutTheTrustPolicy) {
  Asking asking;
  asking.add("1.gaad.json", caller_export()).ask_for(kUser);
  EXPECT_THAT(radius_of(asking, longer_sessions()).unknowns,
              ElementsAre("the role's trust policy is not in the files"));
}

TEST(OutsideRadius, IsOfTheProviderWhenOneIsRegistered) {
  Asking asking;
  asking
      .usual(trust_document(
          R"({"Federated":["arn:aws:iam::444455556666:oidc-provider/ci.example.com",)"
          R"("arn:aws:iam::444455556666:oidc-provider/cd.example.com"],"AWS":"777788889999"})",
          R"(["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"])"))
      .ask_for(R"({"federated":"ci.example.com","claims":{"sub":"a","aud":"b"}})",
               R"("action":"sts:AssumeRoleWithWebIdentity")");
  FixChange change;
  change.target = FixTarget::OidcProvider;
  change.entity_arn = "arn:aws:iam::444455556666:oidc-provider/ci.example.com";
  change.client_ids = {"b"};
  EXPECT_THAT(words_of(radius_of(asking, change)),
              ElementsAre("federated: bearers of tokens of ci.example.com"));
}

TEST(OutsideRadius, IsOfTheServiceThatTheRoleIsPassedTo) {
  const auto lets_in = [](std::string_view action) {
    Asking asking;
    asking.add("1.gaad.json", caller_export())
        .ask(
            R"({"action":"iam:PassRole","principal":"arn:aws:sts::111122223333:assumed-role/ci/r",)"
            R"("role":"arn:aws:iam::111122223333:role/team/ci","context":{"iam:PassedToService":)"
            R"("lambda.amazonaws.com"}})");
    FixChange change;
    change.target = FixTarget::TrustPolicy;
    change.policy = asking.estate.find_role(kCi)->trust;
    change.edits = {
        {JsonEdit::Op::Replace, "",
         trust_document(R"({"Service":["lambda.amazonaws.com","ecs.amazonaws.com"]})", action)}};
    return words_of(radius_of(asking, change));
  };
  EXPECT_THAT(lets_in(R"("sts:AssumeRole")"),
              ElementsAre("principal: the service ecs.amazonaws.com"));
  EXPECT_THAT(lets_in(R"("sts:TagSession")"), IsEmpty());
}

TEST(OutsideRadius, CountsAccountsWhoseExportIsNotWhole) {
  const auto lets_in = [](const std::string& name, const std::string& file) {
    Asking asking;
    asking.usual(trust_document(R"({"Service":"ec2.amazonaws.com"})"))
        .add(name, file)
        .ask_for(kCiSession);
    return words_of(opened_by(asking, trust_document(R"({"AWS":"777788889999"})")));
  };
  const std::string account = "account: any principal of account 777788889999";
  EXPECT_THAT(lets_in("777788889999.gaad.json",
                      R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],)"
                      R"("RoleDetailList":[]})"),
              IsEmpty());
  EXPECT_THAT(lets_in("777788889999.gaad.json", R"({"RoleDetailList":[],"Policies":[]})"),
              ElementsAre(account));
  EXPECT_THAT(lets_in("777788889999.gaad.json", R"({"UserDetailList":[],"Policies":[]})"),
              ElementsAre(account));
  EXPECT_THAT(
      lets_in("role.json", R"({"Role":{"Arn":"arn:aws:iam::777788889999:role/a","RoleName":"a",)"
                           R"("Path":"/","RoleId":"AROA1","AssumeRolePolicyDocument":)" +
                               trust_document(kTrustAccount) + "}}"),
      ElementsAre(account));
}

TEST(OutsideRadius, SaysEachReasonOnce) {
  Asking asking;
  asking.usual().ask_for(kCiSession);
  Fix fix;
  for (const std::string_view arn :
       {"arn:aws:iam::777788889999:policy/p", "arn:aws:iam::777788889999:policy/q"}) {
    FixChange change;
    change.target = FixTarget::ManagedPolicy;
    change.entity_arn = arn;
    change.account = "777788889999";
    change.policy = asking.estate.find_role(kCi)->inline_policies.at(0).policy;
    change.edits = {{JsonEdit::Op::Add, "/Id", "\"x\""}};
    fix.changes.push_back(std::move(change));
  }
  const auto trial = Trial::run(asking.estate, asking.request, fix);
  ASSERT_NE(trial, nullptr);
  EXPECT_THAT(find_outside_radius(asking.estate, fix, *trial).unknowns,
              ElementsAre("the export of account 777788889999 is not whole"));
}

TEST(OutsideRadius, IsNotKnownOfAPolicyThatManyMayShare) {
  const auto unknowns = [](FixTarget target, std::string_view entity, std::string_view account) {
    Asking asking;
    asking.usual().ask_for(kCiSession);
    FixChange change;
    change.target = target;
    change.entity_arn = entity;
    change.account = account;
    change.policy = asking.estate.find_role(kCi)->inline_policies.at(0).policy;
    change.edits = {{JsonEdit::Op::Add, "/Id", "\"x\""}};
    return radius_of(asking, change).unknowns;
  };
  const std::string missing = "the export of account 777788889999 is not whole";
  EXPECT_THAT(
      unknowns(FixTarget::ManagedPolicy, "arn:aws:iam::777788889999:policy/p", "777788889999"),
      ElementsAre(missing));
  EXPECT_THAT(
      unknowns(FixTarget::InlinePolicy, "arn:aws:iam::777788889999:group/ops", "777788889999"),
      ElementsAre(missing));
  EXPECT_THAT(unknowns(FixTarget::InlinePolicy, kCi, "777788889999"), IsEmpty());
  EXPECT_THAT(
      unknowns(FixTarget::ManagedPolicy, "arn:aws:iam::111122223333:policy/p", "111122223333"),
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
