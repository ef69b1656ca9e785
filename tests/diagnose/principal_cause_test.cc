// SPDX-License-Identifier: Apache-2.0
#include "diagnose/principal_cause.h"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/parsed_policy.h"

namespace rolecall {
namespace {

using testing::HasSubstr;

std::string trust_statement(std::string_view principal, std::string_view action) {
  return policy_text(R"({"Effect":"Allow","Principal":)" + std::string(principal) +
                     R"(,"Action":")" + std::string(action) + R"("})");
}

PrincipalMiss miss_of(std::string_view principal, const Caller& caller,
                      std::string_view action = "sts:AssumeRole") {
  const ParsedPolicy policy(trust_statement(principal, action), PolicyKind::Trust);
  return explain_principal_miss(policy.statement(), caller, action,
                                "arn:aws:iam::444455556666:role/deploy");
}

Caller sso_caller() {
  return session_caller("111122223333", "AWSReservedSSO_Admin_0123456789abcdef", "ann",
                        "/aws-reserved/sso.amazonaws.com/");
}

// As an error text names it: without the path.
Caller pathless_sso_caller() {
  Caller caller = session_caller("111122223333", "AWSReservedSSO_Admin_0123456789abcdef", "ann");
  caller.path_known = false;
  return caller;
}

Caller instance_caller(std::string instance) {
  return session_caller("111122223333", "node", std::move(instance));
}

Caller china_caller() {
  Caller caller = user_caller();
  caller.partition = "aws-cn";
  return caller;
}

struct MissCase {
  std::string_view name{};
  std::string_view principal{};
  Caller caller{};
  std::string_view code{};
  std::string_view why{};
};
void PrintTo(const MissCase& test, std::ostream* out) {
  *out << test.name;
}

std::vector<MissCase> misses_of_entities() {
  constexpr std::string_view kNone = "trust-no-matching-principal";
  return {
      {"role_for_a_user", R"({"AWS":"arn:aws:iam::111122223333:role/ann"})", user_caller(),
       "trust-principal-user-vs-role", "the trust policy names a role, the caller is a user"},
      {"user_for_a_role", R"({"AWS":"arn:aws:iam::111122223333:user/ci"})", session_caller(),
       "trust-principal-user-vs-role", "the trust policy names a user, the caller is a role"},
      {"role_in_another_account", R"({"AWS":"arn:aws:iam::777788889999:role/ci"})",
       session_caller(), "trust-principal-other-account", "the account differs"},
      {"user_in_another_account", R"({"AWS":"arn:aws:iam::777788889999:user/ann"})", user_caller(),
       "trust-principal-other-account", "the account differs"},
      {"user_with_another_path", R"({"AWS":"arn:aws:iam::111122223333:user/staff/ann"})",
       user_caller(), kNone, "the user's path differs"},
      {"user_in_other_letter_case", R"({"AWS":"arn:aws:iam::111122223333:user/Ann"})",
       user_caller(), kNone, "the names differ in letter case"},
      {"role_in_other_letter_case", R"({"AWS":"arn:aws:iam::111122223333:role/CI"})",
       session_caller(), kNone, "the names differ in letter case"},
      {"another_user", R"({"AWS":"arn:aws:iam::111122223333:user/bob"})", user_caller(), kNone, ""},
      {"another_session", R"({"AWS":"arn:aws:sts::111122223333:assumed-role/ci/run-8"})",
       session_caller(), "trust-principal-session-name-mismatch",
       "names one session of the role, the caller is another"},
      {"session_of_another_role", R"({"AWS":"arn:aws:sts::111122223333:assumed-role/cd/run-7"})",
       session_caller(), kNone, ""},
      {"session_in_another_account", R"({"AWS":"arn:aws:sts::777788889999:assumed-role/ci/run-7"})",
       session_caller(), kNone, ""},
      {"permission_set_made_anew",
       R"({"AWS":"arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_fedcba9876543210"})",
       sso_caller(), "trust-principal-sso-suffix-changed", "its suffix changed"},
      {"permission_set_without_its_path",
       R"({"AWS":"arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef"})",
       pathless_sso_caller(), "trust-principal-role-path-missing",
       "a path that begins with `/aws-reserved/sso.amazonaws.com/`"},
      {"permission_set_in_another_region",
       R"({"AWS":"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/)"
       R"(AWSReservedSSO_Admin_0123456789abcdef"})",
       sso_caller(), "trust-principal-role-path-missing", "the role's path differs"},
      {"another_permission_set",
       R"({"AWS":"arn:aws:iam::111122223333:role/AWSReservedSSO_Read_fedcba9876543210"})",
       sso_caller(), kNone, ""},
      {"permission_set_without_suffix",
       R"({"AWS":"arn:aws:iam::111122223333:role/AWSReservedSSO_Admin"})", sso_caller(), kNone, ""},
      {"another_partition", R"({"AWS":"arn:aws:iam::111122223333:user/ann"})", china_caller(),
       kNone, "the partition differs"},
      {"root_without_account", R"({"AWS":"arn:aws:iam:::user/ann"})", china_caller(),
       "trust-principal-malformed", "the value is no ARN of a principal"},
      {"instance_profile_of_the_name", R"({"AWS":"arn:aws:iam::111122223333:instance-profile/ci"})",
       session_caller(), "trust-principal-instance-profile", "an instance profile is no principal"},
      {"deleted_user", R"({"AWS":"AIDAQABLZS4A3QDUDEAD"})", user_caller(),
       "trust-principal-dangling-id", "unique id of a principal that was deleted"},
      {"deleted_role_for_a_user", R"({"AWS":"AROAQABLZS4A3QDUDEAD"})", user_caller(), kNone, ""},
      {"not_everyone", R"("*")", service_caller(), kNone, ""},
      {"instance_without_a_token",
       R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
       instance_caller("i-0123456789abcdef0"), kNone, "with an EC2 instance's credentials"},
      {"session_that_is_no_instance",
       R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})",
       instance_caller("i-deploy"), kNone, ""},
      {"instance_where_a_service_is_trusted", R"({"Service":"ec2.amazonaws.com"})",
       instance_caller("i-01234567"), kNone, ""},
  };
}

std::vector<MissCase> misses_of_others() {
  constexpr std::string_view kProvider = "trust-federated-provider-mismatch";
  Caller google = oidc_caller("accounts.google.com");
  google.provider = "accounts.google.com";
  return {
      {"another_service", R"({"Service":"ec2.amazonaws.com"})", service_caller(),
       "trust-service-principal-mismatch", "another service is trusted"},
      {"regional_service", R"({"Service":"lambda.us-east-1.amazonaws.com"})", service_caller(),
       "trust-service-principal-regional", "one is the global, the other the Regional"},
      {"service_with_a_slip", R"({"Service":"lambda.amazonavs.com"})", service_caller(),
       "trust-service-principal-mismatch", "another service principal is trusted"},
      {"service_in_china", R"({"Service":"lambda.amazonaws.com.cn"})", service_caller(),
       "trust-service-principal-partition", "the suffix of the service principal differs"},
      {"service_without_a_dot", R"({"Service":"lambda"})", service_caller(),
       "trust-service-principal-regional", ""},
      {"provider_in_another_account",
       R"({"Federated":"arn:aws:iam::777788889999:oidc-provider/ci.example.com"})",
       oidc_caller("ci.example.com"), kProvider, "the provider's account differs"},
      {"another_provider",
       R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/cd.example.com"})",
       oidc_caller("ci.example.com"), kProvider, "another identity provider is trusted"},
      {"saml_for_a_token", R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})",
       oidc_caller("ci.example.com"), kProvider, "another identity provider is trusted"},
      {"token_for_saml", R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/corp"})",
       saml_caller(), kProvider, "another identity provider is trusted"},
      {"provider_for_a_well_known_issuer",
       R"({"Federated":"arn:aws:iam::444455556666:oidc-provider/ci.example.com"})", google,
       kProvider, "another identity provider is trusted"},
  };
}

std::vector<MissCase> all_misses() {
  std::vector<MissCase> all = misses_of_entities();
  for (MissCase& each : misses_of_others()) all.push_back(std::move(each));
  return all;
}

class NearestPrincipal : public testing::TestWithParam<MissCase> {};

TEST_P(NearestPrincipal, IsNamedWithWhatDiffers) {
  const MissCase& test = GetParam();
  const PrincipalMiss miss = miss_of(test.principal, test.caller);
  EXPECT_EQ(miss.code, test.code);
  EXPECT_THAT(miss.message, HasSubstr(std::string(test.why)));
  EXPECT_THAT(miss.message, HasSubstr(caller_name(test.caller)));
  EXPECT_EQ(miss.actual, caller_name(test.caller));
}
INSTANTIATE_TEST_SUITE_P(ExplainPrincipalMiss, NearestPrincipal, testing::ValuesIn(all_misses()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ExplainPrincipalMiss, TakesTheNearestOfSeveralValues) {
  const PrincipalMiss miss = miss_of(
      R"({"Service":"ec2.amazonaws.com","AWS":["777788889999","arn:aws:iam::111122223333:role/x/ci",)"
      R"("arn:aws:iam::111122223333:role/cd"]})",
      session_caller());
  EXPECT_EQ(miss.code, "trust-principal-role-path-missing");
  EXPECT_EQ(miss.expected, "arn:aws:iam::111122223333:role/x/ci");
}

TEST(ExplainPrincipalMiss, PutsTheCallersOwnNameBeforeOthers) {
  const auto distance = [](std::string_view principal) {
    return miss_of(principal, session_caller()).distance;
  };
  EXPECT_LT(distance(R"({"AWS":"arn:aws:iam::111122223333:instance-profile/ci"})"),
            distance(R"({"AWS":"arn:aws:iam::111122223333:instance-profile/cd"})"));
  EXPECT_LT(distance(R"({"AWS":"arn:aws:iam::111122223333:role/c*"})"),
            distance(R"({"AWS":"arn:aws:iam::111122223333:role/d*"})"));
  EXPECT_LT(distance(R"({"AWS":"arn:aws:iam::111122223333:role/cd"})"),
            distance(R"({"AWS":"arn:aws:iam::777788889999:role/cd"})"));
}

TEST(ExplainPrincipalMiss, TellsAWrongCallFromAWrongPrincipal) {
  const Caller token = oidc_caller("ci.example.com");
  const PrincipalMiss call = miss_of(R"({"AWS":"111122223333"})", token, "sts:AssumeRole");
  EXPECT_EQ(call.code, "trust-action-principal-mismatch");
  EXPECT_THAT(call.message, HasSubstr("trusts an AWS account, user or role, which cannot make"));
  const ParsedPolicy policy(trust_statement(R"({"AWS":"111122223333"})", "sts:AssumeRole"),
                            PolicyKind::Trust);
  const PrincipalMiss api =
      explain_principal_miss(policy.statement(), token, "sts:AssumeRoleWithWebIdentity", "");
  EXPECT_EQ(api.code, "request-wrong-api");
  EXPECT_THAT(api.message, HasSubstr("assumed with sts:AssumeRole"));
}

TEST(ExplainPrincipalMiss, SaysThatARoleMustNameItself) {
  const std::string role = "arn:aws:iam::111122223333:role/ci";
  for (const std::string_view principal :
       {R"({"Service":"ec2.amazonaws.com"})", R"({"AWS":"arn:aws:iam::111122223333:user/ann"})"}) {
    const ParsedPolicy policy(trust_statement(principal, "sts:AssumeRole"), PolicyKind::Trust);
    EXPECT_EQ(
        explain_principal_miss(policy.statement(), session_caller(), "sts:AssumeRole", role).code,
        "trust-self-assume-not-allowed");
  }
}

TEST(NamesKind, HoldsForEveryoneAndForTheKind) {
  const auto names = [](std::string_view principal, PrincipalKind kind) {
    const ParsedPolicy policy(trust_statement(principal, "sts:AssumeRole"), PolicyKind::Trust);
    return names_kind(policy.statement().principal, kind);
  };
  for (const PrincipalKind kind :
       {PrincipalKind::Aws, PrincipalKind::Service, PrincipalKind::Federated}) {
    EXPECT_TRUE(names(R"("*")", kind));
    EXPECT_EQ(names(R"({"AWS":"*"})", kind), kind == PrincipalKind::Aws);
  }
}

}  // namespace
}  // namespace rolecall
