// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/arn.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace rolecall {
namespace {

TEST(Arn, IsSplitAtItsFirstFiveColons) {
  const auto arn = Arn::split("arn:aws:states:eu-west-1:111122223333:stateMachine:x:y");
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->partition, "aws");
  EXPECT_EQ(arn->service, "states");
  EXPECT_EQ(arn->region, "eu-west-1");
  EXPECT_EQ(arn->account, "111122223333");
  EXPECT_EQ(arn->resource, "stateMachine:x:y");
}

TEST(Arn, NeedsFiveColonsAndItsFirstField) {
  EXPECT_FALSE(Arn::split("").has_value());
  EXPECT_FALSE(Arn::split("arn:aws:iam::111122223333").has_value());
  EXPECT_FALSE(Arn::split("ARN:aws:iam::111122223333:root").has_value());
  EXPECT_FALSE(Arn::split(" arn:aws:iam::111122223333:root").has_value());
  EXPECT_TRUE(Arn::split("arn:::::").has_value());
}

TEST(AccountId, IsTwelveDigits) {
  EXPECT_TRUE(is_account_id("000000000000"));
  EXPECT_TRUE(is_account_id("012345678901"));
  EXPECT_FALSE(is_account_id("12345678901"));
  EXPECT_FALSE(is_account_id("1234567890123"));
  EXPECT_FALSE(is_account_id("12345678901a"));
  EXPECT_FALSE(is_account_id("1234 5678901"));
  EXPECT_FALSE(is_account_id(""));
}

TEST(Partition, HasItsOwnDnsSuffix) {
  EXPECT_EQ(dns_suffix("aws"), "amazonaws.com");
  EXPECT_EQ(dns_suffix("aws-cn"), "amazonaws.com.cn");
  EXPECT_EQ(dns_suffix("aws-us-gov"), "amazonaws.com");
  EXPECT_EQ(dns_suffix("aws-eusc"), "amazonaws.eu");
  EXPECT_EQ(dns_suffix("aws-iso"), "c2s.ic.gov");
  EXPECT_EQ(dns_suffix("aws-iso-b"), "sc2s.sgov.gov");
  EXPECT_EQ(dns_suffix("aws-iso-e"), "cloud.adc-e.uk");
  EXPECT_EQ(dns_suffix("aws-iso-f"), "csp.hci.ic.gov");
  EXPECT_EQ(dns_suffix("aws-new"), "amazonaws.com");
  EXPECT_TRUE(is_known_partition("aws-iso-f"));
  EXPECT_FALSE(is_known_partition("aws-new"));
  EXPECT_FALSE(is_known_partition("AWS"));
}

struct ArnCase {
  std::string_view name{};
  std::string_view text{};
  ArnForm form = ArnForm::Other;
  std::string_view path = "/";
  std::string_view entity{};
  std::string_view session{};
};

void PrintTo(const ArnCase& test, std::ostream* out) {
  *out << test.text;
}

class ArnFormTable : public testing::TestWithParam<ArnCase> {};

TEST_P(ArnFormTable, IsReadAsDocumented) {
  const ArnCase& test = GetParam();
  const auto arn = IamArn::parse(test.text);
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->form, test.form);
  if (test.form == ArnForm::Other) return;
  EXPECT_EQ(arn->account, "111122223333");
  EXPECT_EQ(arn->path, test.path);
  EXPECT_EQ(arn->name, test.entity);
  EXPECT_EQ(arn->session_name, test.session);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ArnFormTable,
    testing::Values(
        ArnCase{"root", "arn:aws:iam::111122223333:root", ArnForm::Root},
        ArnCase{"user", "arn:aws:iam::111122223333:user/ann", ArnForm::User, "/", "ann"},
        ArnCase{"user_with_path", "arn:aws:iam::111122223333:user/a/b/ann", ArnForm::User, "/a/b/",
                "ann"},
        ArnCase{"role", "arn:aws-cn:iam::111122223333:role/deploy", ArnForm::Role, "/", "deploy"},
        ArnCase{
            "service_linked_role",
            "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
            ArnForm::Role, "/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX"},
        ArnCase{"group", "arn:aws:iam::111122223333:group/ops", ArnForm::Group, "/", "ops"},
        ArnCase{"instance_profile", "arn:aws:iam::111122223333:instance-profile/web",
                ArnForm::InstanceProfile, "/", "web"},
        ArnCase{"policy", "arn:aws:iam::111122223333:policy/team/P", ArnForm::Policy, "/team/",
                "P"},
        ArnCase{"oidc_provider",
                "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB",
                ArnForm::OidcProvider, "/", "oidc.eks.eu-west-1.amazonaws.com/id/AB"},
        ArnCase{"saml_provider", "arn:aws:iam::111122223333:saml-provider/corp",
                ArnForm::SamlProvider, "/", "corp"},
        ArnCase{"mfa_device", "arn:aws:iam::111122223333:mfa/ann", ArnForm::MfaDevice, "/", "ann"},
        ArnCase{"session", "arn:aws:sts::111122223333:assumed-role/ci/run-7@x", ArnForm::Session,
                "/", "ci", "run-7@x"},
        ArnCase{"federated_user", "arn:aws:sts::111122223333:federated-user/bob",
                ArnForm::FederatedUser, "/", "bob"},
        ArnCase{"session_without_name", "arn:aws:sts::111122223333:assumed-role/ci"},
        ArnCase{"session_with_empty_name", "arn:aws:sts::111122223333:assumed-role/ci/"},
        ArnCase{"role_of_sts", "arn:aws:sts::111122223333:role/ci"},
        ArnCase{"session_of_iam", "arn:aws:iam::111122223333:assumed-role/ci/x"},
        ArnCase{"role_without_name", "arn:aws:iam::111122223333:role/"},
        ArnCase{"role_ending_in_slash", "arn:aws:iam::111122223333:role/team/"},
        ArnCase{"role_without_slash", "arn:aws:iam::111122223333:role"},
        ArnCase{"with_region", "arn:aws:iam:eu-west-1:111122223333:role/ci"},
        ArnCase{"short_account", "arn:aws:iam::11112222333:role/ci"},
        ArnCase{"wildcard_account", "arn:aws:iam::*:role/ci"},
        ArnCase{"upper_case_type", "arn:aws:iam::111122223333:Role/ci"},
        ArnCase{"other_service", "arn:aws:s3:::bucket"}),
    case_name<ArnCase>);

TEST(RoleArn, IsWhatAssumeRoleAccepts) {
  EXPECT_TRUE(is_role_arn("arn:aws:iam::111122223333:role/a"));
  EXPECT_TRUE(is_role_arn("arn:aws-us-gov:iam::111122223333:role/team/x/a_+=,.@-b"));
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:user/a"));
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:role/a b"));
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:role/a*"));
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:role/a\n"));
  EXPECT_FALSE(is_role_arn("arn:azure:iam::111122223333:role/a"));
  EXPECT_FALSE(is_role_arn("deploy"));
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:role/" + std::string(2048, 'a')));
}

TEST(RoleArn, IsReadAsItWasWritten) {
  const std::string role = format_role_arn("aws-cn", "111122223333", "deploy");
  EXPECT_EQ(role, "arn:aws-cn:iam::111122223333:role/deploy");
  EXPECT_EQ(IamArn::parse(role)->form, ArnForm::Role);
  EXPECT_EQ(format_root_arn("aws", "111122223333"), "arn:aws:iam::111122223333:root");
}

TEST(RoleArn, HasANameAndAPathWithoutColons) {
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:role/"));
  EXPECT_FALSE(is_role_arn("arn:aws:iam::111122223333:role/a:b/c"));
  for (const char mark : {'[', '`', '{', '~', '/', ':', ';', '!'}) {
    EXPECT_FALSE(is_role_arn(std::string("arn:aws:iam::111122223333:role/a") + mark)) << mark;
  }
  for (const char mark : {'A', 'Z', 'a', 'z', '0', '9', '_', '@'}) {
    EXPECT_TRUE(is_role_arn(std::string("arn:aws:iam::111122223333:role/") + mark)) << mark;
  }
  const std::string begin = "arn:aws:iam::111122223333:role/";
  EXPECT_TRUE(is_role_arn(begin + std::string(2048 - begin.size(), 'a')));
  EXPECT_FALSE(is_role_arn(begin + std::string(2049 - begin.size(), 'a')));
}

}  // namespace
}  // namespace rolecall
