// SPDX-License-Identifier: Apache-2.0
#include "live/aws_config.h"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(AwsProfiles, ReadsBothFilesAndNestedKeys) {
  Diagnostics diagnostics;
  const AwsProfiles profiles(R"(
# comment
[default]
region = eu-west-1
[profile "my team"]
role_arn=arn:aws:iam::111122223333:role/x
services = local
s3 =
  max_concurrent_requests = 20
[services local]
iam =
  endpoint_url = http://localhost:1
)",
                             "[default]\naws_access_key_id = AKIA\r\n[my team]\nregion = file\n",
                             diagnostics);
  EXPECT_EQ(diagnostics.all().size(), 0U);
  EXPECT_EQ(profiles.find("default", "region"), "eu-west-1");
  EXPECT_EQ(profiles.find("default", "aws_access_key_id"), "AKIA");
  EXPECT_EQ(profiles.find("my team", "region"), "file");
  EXPECT_EQ(profiles.find_in_config("my team", "region"), "");
  EXPECT_EQ(profiles.find("my team", "max_concurrent_requests"), "");
  EXPECT_EQ(profiles.find_endpoint("my team", "IAM"), "http://localhost:1");
  EXPECT_EQ(profiles.find_endpoint("default", "IAM"), "");
  EXPECT_TRUE(profiles.has("my team"));
  EXPECT_FALSE(profiles.has("services local"));
  EXPECT_FALSE(profiles.has("profile my team"));
}

TEST(AwsProfiles, DoesNotRepeatALineThatMayBeASecret) {
  Diagnostics diagnostics;
  static_cast<void>(parse_aws_config("[a]\nwJalrXUtnFEMI\n", "credentials", diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(diagnostics.all()[0].code, DiagnosticCode::InvalidSettings);
  EXPECT_EQ(diagnostics.all()[0].message,
            "line 2 is neither `[section]` nor `key = value`, and left out");
  EXPECT_EQ(diagnostics.all()[0].file, "credentials");
}

TEST(AwsProfiles, SaysOnceHowManyLinesAreNoSettings) {
  Diagnostics diagnostics;
  static_cast<void>(parse_aws_config("[a]\nx = 1\n?\n?\ny = 2\n?\n", "config", diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_EQ(
      diagnostics.all()[0].message,
      "3 lines, the first of them line 3, are neither `[section]` nor `key = value`, and left "
      "out");
}

TEST(AwsProfiles, SuggestsWhatMayHaveBeenMeant) {
  Diagnostics diagnostics;
  const AwsProfiles profiles("[default]\n[profile staging]\n[ci]\n", "[audit]\n", diagnostics);
  EXPECT_EQ(profiles.suggest("ci"),
            "the config file has `[ci]`, which has to be `[profile ci]` there");
  EXPECT_EQ(profiles.suggest("Staging"), "did you mean `staging`?");
  EXPECT_EQ(profiles.suggest("elsewhere"), "there is audit, default and staging");
  EXPECT_EQ(AwsProfiles().suggest("ci"), "no profile is set up at all: run `aws configure`");
}

}  // namespace
}  // namespace rolecall
