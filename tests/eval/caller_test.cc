// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/caller.h"

#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/parsed_policy.h"

namespace rolecall {
namespace {

// One Principal element in a trust policy against one caller.
struct PrincipalCase {
  std::string_view name{};
  std::string_view principal{};
  Caller caller{};
  Tri match = Tri::No;
  GrantClass grant = GrantClass::None;
};

void PrintTo(const PrincipalCase& test, std::ostream* out) {
  *out << test.principal;
}

PrincipalMatch match(std::string_view principal, const Caller& caller,
                     PolicyKind kind = PolicyKind::Trust, std::string_view effect = "Allow") {
  const ParsedPolicy policy(policy_text(R"({"Action":"sts:AssumeRole","Resource":"*","Effect":")" +
                                        std::string(effect) + "\"," + std::string(principal) + "}"),
                            kind);
  return match_principals(policy.statement().principal, policy.statement().effect, kind, caller);
}

class PrincipalTable : public testing::TestWithParam<PrincipalCase> {};

TEST_P(PrincipalTable, MatchesAsDocumented) {
  const PrincipalCase& test = GetParam();
  const PrincipalMatch result = match(test.principal, test.caller);
  EXPECT_EQ(result.match, test.match);
  EXPECT_EQ(grant_class_name(result.grant), grant_class_name(test.grant));
}

Caller root_caller() {
  Caller caller;
  caller.kind = CallerKind::Root;
  caller.account = "111122223333";
  caller.arn = "arn:aws:iam::111122223333:root";
  return caller;
}

Caller federated_user() {
  Caller caller;
  caller.kind = CallerKind::FederatedUser;
  caller.account = "111122223333";
  caller.arn = "arn:aws:sts::111122223333:federated-user/bob";
  return caller;
}

Caller in_china(Caller caller) {
  caller.partition = "aws-cn";
  return caller;
}

// In a Region that is not known.
Caller step_functions() {
  Caller caller = service_caller("states.amazonaws.com");
  caller.either_form = "states";
  return caller;
}

// The role is only known by a session ARN, which has no path.
Caller pathless() {
  Caller caller = session_caller();
  caller.path_known = false;
  return caller;
}

// As an error text names it: without the path that Identity Center gave the role.
Caller permission_set_session(std::string name = "AWSReservedSSO_Ops_0123456789abcdef") {
  Caller caller = session_caller("111122223333", std::move(name), "ann@example.com");
  caller.path_known = false;
  return caller;
}

const std::vector<PrincipalCase>& signed_cases() {
  constexpr auto kYes = Tri::Yes;
  constexpr auto kNo = Tri::No;
  static const std::vector<PrincipalCase> kCases = {
      {"account_id", R"("Principal":{"AWS":"111122223333"})", user_caller(), kYes,
       GrantClass::Account},
      {"root_arn", R"("Principal":{"AWS":"arn:aws:iam::111122223333:root"})", session_caller(),
       kYes, GrantClass::Account},
      {"root_arn_names_the_root_user_too", R"("Principal":{"AWS":"111122223333"})", root_caller(),
       kYes, GrantClass::Account},
      {"other_account", R"("Principal":{"AWS":"999999999999"})", user_caller(), kNo},
      {"other_partition", R"("Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"})",
       user_caller(), kNo},
      {"user_arn", R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"})", user_caller(),
       kYes, GrantClass::User},
      {"user_name_counts_case", R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/Ann"})",
       user_caller(), kNo},
      {"user_path_counts", R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/x/ann"})",
       user_caller(), kNo},
      {"user_arn_is_not_the_role", R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/ci"})",
       session_caller(), kNo},
      {"user_id", R"("Principal":{"AWS":"AIDAQABLZS4A3QDU576Q"})", user_caller(), kYes,
       GrantClass::User},
      {"former_user_id", R"("Principal":{"AWS":"AIDAQABLZS4A3QDU5XXX"})", user_caller(), kNo},
      {"role_arn", R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"})", session_caller(),
       kYes, GrantClass::Role},
      {"role_id", R"("Principal":{"AWS":"AROAQABLZS4A3QDU576Q"})", session_caller(), kYes,
       GrantClass::Role},
      {"role_name_counts_case", R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/CI"})",
       session_caller(), kNo},
      {"role_path_counts", R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/ci"})",
       session_caller("111122223333", "ci", "s", "/team/"), kNo},
      {"role_with_its_path", R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/team/ci"})",
       session_caller("111122223333", "ci", "s", "/team/"), kYes, GrantClass::Role},
      {"role_path_not_known", R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/team/ci"})",
       pathless(), kYes, GrantClass::Role},
      {"permission_set_role_without_its_path",
       R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/AWSReservedSSO_Ops_0123456789abcdef"})",
       permission_set_session(), kNo},
      {"permission_set_role_with_some_region",
       R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/)"
       R"(eu-west-1/AWSReservedSSO_Ops_0123456789abcdef"})",
       permission_set_session(), kYes, GrantClass::Role},
      {"role_that_is_only_called_like_a_permission_set",
       R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/AWSReservedSSO_Ops"})",
       permission_set_session("AWSReservedSSO_Ops"), kYes, GrantClass::Role},
      {"session_arn", R"("Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/ci/run-7"})",
       session_caller(), kYes, GrantClass::Session},
      {"session_name_counts",
       R"("Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/ci/Run-7"})", session_caller(),
       kNo},
      {"session_of_a_role_with_a_path",
       R"("Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/ci/run-7"})",
       session_caller("111122223333", "ci", "run-7", "/team/"), kYes, GrantClass::Session},
      {"everyone", R"("Principal":{"AWS":"*"})", user_caller(), kYes, GrantClass::Any},
      {"bare_star", R"("Principal":"*")", session_caller(), kYes, GrantClass::Any},
      {"wildcard_in_arn", R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/*"})",
       session_caller(), kNo},
      {"wildcard_in_account", R"("Principal":{"AWS":"arn:aws:iam::*:root"})", user_caller(), kNo},
      {"group", R"("Principal":{"AWS":"arn:aws:iam::111122223333:group/ops"})", user_caller(), kNo},
      {"instance_profile", R"("Principal":{"AWS":"arn:aws:iam::111122223333:instance-profile/ci"})",
       session_caller(), kNo},
      {"canonical", R"("Principal":{"CanonicalUser":"79a59df900b949e5"})", user_caller(), kNo},
      {"china", R"("Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"})",
       in_china(user_caller()), kYes, GrantClass::Account},
      {"federated_user", R"("Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/bob"})",
       federated_user(), kYes, GrantClass::Session},
  };
  return kCases;
}

const std::vector<PrincipalCase>& token_cases() {
  constexpr auto kYes = Tri::Yes;
  constexpr auto kNo = Tri::No;
  static const std::vector<PrincipalCase> kCases = {
      {"regional_service_in_some_region",
       R"("Principal":{"Service":"states.eu-west-1.amazonaws.com"})", step_functions(), Tri::Open,
       GrantClass::Service},
      {"service_with_two_labels_more", R"("Principal":{"Service":"states.a.b.amazonaws.com"})",
       step_functions(), kNo},
      {"regional_name_of_another_service",
       R"("Principal":{"Service":"ec2.eu-west-1.amazonaws.com"})", step_functions(), kNo},
      {"service", R"("Principal":{"Service":"lambda.amazonaws.com"})", service_caller(), kYes,
       GrantClass::Service},
      {"service_ignores_case", R"("Principal":{"Service":"Lambda.AmazonAWS.com"})",
       service_caller(), kYes, GrantClass::Service},
      {"one_of_several", R"("Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]})",
       service_caller(), kYes, GrantClass::Service},
      {"other_service", R"("Principal":{"Service":"ec2.amazonaws.com"})", service_caller(), kNo},
      {"service_star", R"("Principal":{"Service":"*"})", service_caller(), kNo},
      {"service_under_aws", R"("Principal":{"AWS":"lambda.amazonaws.com"})", service_caller(), kNo},
      {"everyone_and_a_service", R"("Principal":{"AWS":"*"})", service_caller(), Tri::Open,
       GrantClass::Any},
      {"everyone_and_a_token", R"("Principal":{"AWS":"*"})", oidc_caller(), Tri::Open,
       GrantClass::Any},
      {"oidc_provider",
       R"("Principal":{"Federated":"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"})",
       oidc_caller(), kYes, GrantClass::Federated},
      {"oidc_host_ignores_case",
       R"("Principal":{"Federated":"arn:aws:iam::444455556666:oidc-provider/TOKEN.actions.githubusercontent.com"})",
       oidc_caller(), kYes, GrantClass::Federated},
      {"oidc_path_counts_case",
       R"("Principal":{"Federated":"arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/abc"})",
       oidc_caller("oidc.eks.eu-west-1.amazonaws.com/id/ABC"), kNo},
      {"oidc_provider_of_another_account",
       R"("Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"})",
       oidc_caller(), kNo},
      {"provider_under_aws",
       R"("Principal":{"AWS":"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"})",
       oidc_caller(), kNo},
      {"saml_provider",
       R"("Principal":{"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})", saml_caller(),
       kYes, GrantClass::Federated},
      {"saml_provider_counts_case",
       R"("Principal":{"Federated":"arn:aws:iam::444455556666:saml-provider/Corp"})", saml_caller(),
       kNo},
      {"saml_is_not_oidc",
       R"("Principal":{"Federated":"arn:aws:iam::444455556666:oidc-provider/corp"})", saml_caller(),
       kNo},
      {"federated_star", R"("Principal":{"Federated":"*"})", oidc_caller(), kNo},
      {"account_of_the_provider", R"("Principal":{"AWS":"444455556666"})", oidc_caller(), kNo},
  };
  return kCases;
}

INSTANTIATE_TEST_SUITE_P(Signed, PrincipalTable, testing::ValuesIn(signed_cases()),
                         case_name<PrincipalCase>);
INSTANTIATE_TEST_SUITE_P(Token, PrincipalTable, testing::ValuesIn(token_cases()),
                         case_name<PrincipalCase>);

TEST(Principal, NamesWellKnownIssuersByDomain) {
  Caller caller = oidc_caller("accounts.google.com");
  caller.provider = "accounts.google.com";
  EXPECT_EQ(match(R"("Principal":{"Federated":"accounts.google.com"})", caller).match, Tri::Yes);
  EXPECT_EQ(match(R"("Principal":{"Federated":"www.amazon.com"})", caller).match, Tri::No);
}

TEST(Principal, GrantsByTheMostDirectNameListed) {
  const std::string_view several =
      R"("Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/ci",
         "arn:aws:sts::111122223333:assumed-role/ci/run-7"],"Service":"ec2.amazonaws.com"})";
  EXPECT_EQ(match(several, session_caller()).grant, GrantClass::Session);
  EXPECT_EQ(match(several, session_caller("111122223333", "ci", "run-8")).grant, GrantClass::Role);
  EXPECT_EQ(match(several, session_caller("111122223333", "cd")).grant, GrantClass::Account);
  EXPECT_EQ(match(several, service_caller("ec2.amazonaws.com")).grant, GrantClass::Service);
}

TEST(Principal, MatchesNobodyWhenItIsMissingOrEmpty) {
  EXPECT_EQ(match(R"("Sid":"x")", user_caller()).match, Tri::No);
  EXPECT_EQ(match(R"("Principal":{})", user_caller()).match, Tri::No);
  EXPECT_EQ(match(R"("Principal":{"AWS":[]})", user_caller()).match, Tri::No);
}

TEST(NotPrincipal, GrantsNothingInATrustPolicyAndDeniesEveryoneElse) {
  const std::string_view spared = R"("NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/ann"})";
  EXPECT_EQ(match(spared, user_caller("111122223333", "bob")).match, Tri::No);
  EXPECT_EQ(match(spared, user_caller(), PolicyKind::Trust, "Deny").match, Tri::No);
  EXPECT_EQ(match(spared, user_caller("111122223333", "bob"), PolicyKind::Trust, "Deny").match,
            Tri::Yes);
}

TEST(NotPrincipal, SparesInOtherPoliciesOnlyWhoIsListedWithItsAccount) {
  const auto denied = [](std::string_view principal, const Caller& caller) {
    return match(principal, caller, PolicyKind::Resource, "Deny").match;
  };
  const std::string_view user = R"("NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/ann"})";
  const std::string_view both =
      R"("NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/ann"]})";
  EXPECT_EQ(denied(user, user_caller()), Tri::Yes);
  EXPECT_EQ(denied(both, user_caller()), Tri::No);
  EXPECT_EQ(denied(both, user_caller("111122223333", "bob")), Tri::Yes);
  Caller bounded = user_caller();
  bounded.has_boundary = true;
  EXPECT_EQ(denied(both, bounded), Tri::Yes);
  const std::string_view role_only =
      R"("NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/ci"]})";
  EXPECT_EQ(denied(role_only, session_caller()), Tri::Yes);
  const std::string_view session_too =
      R"("NotPrincipal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/ci",
         "arn:aws:sts::111122223333:assumed-role/ci/run-7"]})";
  EXPECT_EQ(denied(session_too, session_caller()), Tri::No);
}

TEST(Caller, BelongsToTheSetOfItsKind) {
  EXPECT_EQ(user_caller().set(), callers::kUser);
  EXPECT_EQ(session_caller().set(), callers::kRole);
  EXPECT_EQ(service_caller().set(), callers::kService);
  EXPECT_EQ(oidc_caller().set(), callers::kOidc);
  EXPECT_EQ(saml_caller().set(), callers::kSaml);
  EXPECT_EQ(root_caller().set(), callers::kRoot);
  EXPECT_EQ(Caller{}.set(), 0);
  EXPECT_TRUE(root_caller().is_signed());
  EXPECT_FALSE(service_caller().is_signed());
  EXPECT_FALSE(oidc_caller().is_signed());
  EXPECT_FALSE(Caller{}.is_signed());
}

TEST(GrantClass, HasAWordOfItsOwnForEachClass) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(GrantClass::Any); ++i) {
    names.insert(grant_class_name(static_cast<GrantClass>(i)));
  }
  EXPECT_EQ(names.size(), 8U);
}

TEST(Principal, NamesAServiceUnderTheRegionsOfItsOwnNameOnly) {
  const auto states = [](std::string_view name) {
    return match(R"("Principal":{"Service":")" + std::string(name) + "\"}", step_functions()).match;
  };
  EXPECT_EQ(states("states.amazonaws.com"), Tri::Yes);
  EXPECT_EQ(states("states.eu-west-1.amazonaws.com"), Tri::Open);
  EXPECT_EQ(states("STATES.eu-west-1.AmazonAWS.com"), Tri::Open);
  for (const std::string_view other :
       {"lambda.eu-west-1.amazonaws.com", "states.eu-west-1.amazonaws.org",
        "statesx.eu-west-1.amazonaws.com", "states.eu.west-1.amazonaws.com", "states.x.com"}) {
    EXPECT_EQ(states(other), Tri::No) << other;
  }
  EXPECT_EQ(match(R"("Principal":{"Service":"states.eu-west-1.amazonaws.com"})",
                  service_caller("states.amazonaws.com"))
                .match,
            Tri::No);
}

TEST(NotPrincipal, IsUndocumentedWhereSomeListedNameIs) {
  const PrincipalMatch everyone =
      match(R"("NotPrincipal":{"AWS":["*","*"],"Service":"ec2.amazonaws.com"})", service_caller(),
            PolicyKind::Resource, "Deny");
  EXPECT_EQ(everyone.match, Tri::Open);
  EXPECT_TRUE(everyone.undocumented);
  const PrincipalMatch listed =
      match(R"("NotPrincipal":{"AWS":"*","Service":"lambda.amazonaws.com"})", service_caller(),
            PolicyKind::Resource, "Deny");
  EXPECT_EQ(listed.match, Tri::No);
  EXPECT_FALSE(listed.undocumented);
}

}  // namespace
}  // namespace rolecall
