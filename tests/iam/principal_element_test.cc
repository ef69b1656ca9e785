// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/principal_element.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

using Form = PrincipalForm;

struct FormCase {
  std::string_view name{};
  PrincipalType type{};
  std::string_view value{};
  Form form{};
  std::string_view account{};
  std::string_view entity{};
};

void PrintTo(const FormCase& test, std::ostream* out) {
  *out << principal_type_name(test.type) << " " << test.value;
}

class PrincipalFormTable : public testing::TestWithParam<FormCase> {};

TEST_P(PrincipalFormTable, IsClassifiedAsDocumented) {
  const FormCase& test = GetParam();
  const PrincipalElement element = classify_principal(test.type, {test.value, {}});
  EXPECT_EQ(element.form, test.form);
  EXPECT_EQ(element.account, test.account);
  EXPECT_EQ(element.name, test.entity);
  EXPECT_EQ(element.value.value, test.value);
}

constexpr auto kAws = PrincipalType::Aws;
constexpr auto kService = PrincipalType::Service;
constexpr auto kFederated = PrincipalType::Federated;
constexpr std::string_view kAccount = "111122223333";

INSTANTIATE_TEST_SUITE_P(
    Aws, PrincipalFormTable,
    testing::Values(
        FormCase{"star", kAws, "*", Form::Everyone},
        FormCase{"bare", PrincipalType::Any, "*", Form::Everyone},
        FormCase{"account_id", kAws, "111122223333", Form::Account, kAccount},
        FormCase{"root", kAws, "arn:aws:iam::111122223333:root", Form::Account, kAccount},
        FormCase{"user", kAws, "arn:aws:iam::111122223333:user/a/ann", Form::User, kAccount, "ann"},
        FormCase{"role", kAws, "arn:aws:iam::111122223333:role/ci", Form::Role, kAccount, "ci"},
        FormCase{"session", kAws, "arn:aws:sts::111122223333:assumed-role/ci/run", Form::Session,
                 kAccount, "ci"},
        FormCase{"federated_user", kAws, "arn:aws:sts::111122223333:federated-user/bob",
                 Form::FederatedUser, kAccount, "bob"},
        FormCase{"user_id", kAws, "AIDAJQABLZS4A3QDU576Q", Form::UniqueId},
        FormCase{"role_id", kAws, "AROAJQABLZS4A3QDU576Q", Form::UniqueId},
        FormCase{"access_key_is_no_principal", kAws, "AKIAJQABLZS4A3QDU576Q", Form::Malformed},
        FormCase{"short_id", kAws, "AROAJQABLZS", Form::Malformed},
        FormCase{"lower_case_id", kAws, "AROAjqablzs4a3qdu576q", Form::Malformed},
        FormCase{"wildcard_in_role", kAws, "arn:aws:iam::111122223333:role/*", Form::Wildcard},
        FormCase{"wildcard_in_account", kAws, "arn:aws:iam::*:root", Form::Wildcard},
        FormCase{"question_mark", kAws, "arn:aws:iam::111122223333:role/c?", Form::Wildcard},
        FormCase{"group", kAws, "arn:aws:iam::111122223333:group/ops", Form::Group, kAccount,
                 "ops"},
        FormCase{"instance_profile", kAws, "arn:aws:iam::111122223333:instance-profile/web",
                 Form::InstanceProfile, kAccount, "web"},
        FormCase{"eleven_digits", kAws, "11112222333", Form::Malformed},
        FormCase{"service_name", kAws, "lambda.amazonaws.com", Form::Malformed},
        FormCase{"empty", kAws, "", Form::Malformed},
        FormCase{"canonical", PrincipalType::CanonicalUser, "79a59d", Form::Canonical}),
    case_name<FormCase>);

INSTANTIATE_TEST_SUITE_P(
    Other, PrincipalFormTable,
    testing::Values(
        FormCase{"service", kService, "lambda.amazonaws.com", Form::Service, "",
                 "lambda.amazonaws.com"},
        FormCase{"regional_service", kService, "states.eu-west-1.amazonaws.com", Form::Service, "",
                 "states.eu-west-1.amazonaws.com"},
        FormCase{"any_service", kService, "*", Form::Wildcard, "", "*"},
        FormCase{"service_without_domain", kService, "lambda", Form::Malformed, "", "lambda"},
        FormCase{"service_as_url", kService, "https://lambda.amazonaws.com", Form::Malformed, "",
                 "https://lambda.amazonaws.com"},
        FormCase{"google", kFederated, "accounts.google.com", Form::WellKnownIssuer, "",
                 "accounts.google.com"},
        FormCase{"cognito", kFederated, "cognito-identity.amazonaws.com", Form::WellKnownIssuer, "",
                 "cognito-identity.amazonaws.com"},
        FormCase{"oidc", kFederated, "arn:aws:iam::111122223333:oidc-provider/gitlab.com",
                 Form::OidcProvider, kAccount, "gitlab.com"},
        FormCase{"saml", kFederated, "arn:aws:iam::111122223333:saml-provider/corp",
                 Form::SamlProvider, kAccount, "corp"},
        FormCase{"issuer_without_arn", kFederated, "gitlab.com", Form::Malformed, "", "gitlab.com"},
        FormCase{"any_federated", kFederated, "*", Form::Wildcard, "", "*"},
        FormCase{"role_under_federated", kFederated, "arn:aws:iam::111122223333:role/ci",
                 Form::Malformed, kAccount, "ci"}),
    case_name<FormCase>);

TEST(PrincipalElement, KeepsThePathAndTheSessionName) {
  const PrincipalElement role =
      classify_principal(kAws, {"arn:aws-cn:iam::111122223333:role/team/x/ci", {}});
  EXPECT_EQ(role.path, "/team/x/");
  EXPECT_EQ(role.partition, "aws-cn");
  const PrincipalElement session =
      classify_principal(kAws, {"arn:aws:sts::111122223333:assumed-role/ci/run-7", {}});
  EXPECT_EQ(session.session_name, "run-7");
  EXPECT_EQ(classify_principal(kAws, {kAccount, {}}).partition, "");
}

TEST(PrincipalType, IsNamedAsInThePolicy) {
  EXPECT_EQ(principal_type_name(PrincipalType::Any), "*");
  EXPECT_EQ(principal_type_name(PrincipalType::Aws), "AWS");
  EXPECT_EQ(principal_type_name(PrincipalType::Service), "Service");
  EXPECT_EQ(principal_type_name(PrincipalType::Federated), "Federated");
  EXPECT_EQ(principal_type_name(PrincipalType::CanonicalUser), "CanonicalUser");
}

TEST(UniqueId, HasCapitalLettersAndDigits) {
  EXPECT_TRUE(is_unique_id("AIDAQABLZS4A3QDU576Q"));
  EXPECT_TRUE(is_unique_id("AROAQABLZS4A3QDU576Q"));
  for (const std::string_view other :
       {"AROAQABLZS4A3QD", "AGPAQABLZS4A3QDU576Q", "AROAqablzs4a3qdu576q", "AROAQABLZS4A3QDU576[",
        "AROAQABLZS4A3QDU576:", "AROAQABLZS4A3QDU576-"}) {
    EXPECT_FALSE(is_unique_id(other)) << other;
  }
}

}  // namespace
}  // namespace rolecall
