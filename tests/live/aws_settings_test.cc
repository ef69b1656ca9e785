// SPDX-License-Identifier: Apache-2.0
#include "live/aws_settings.h"

#include <gtest/gtest.h>

#include "live/fake_transport.h"

namespace rolecall {
namespace {

struct Place {
  std::string_view region{};
  std::string_view variant{};  // `fips` or `dual`.
  AwsService service{};
  std::string_view url{};
  std::string_view signing_region{};
};

// As botocore 1.43 resolves them.
constexpr Place kPlaces[] = {
    {"", "", AwsService::Iam, "https://iam.amazonaws.com", "us-east-1"},
    {"", "", AwsService::Sts, "https://sts.us-east-1.amazonaws.com", "us-east-1"},
    {"eu-west-1", "", AwsService::Iam, "https://iam.amazonaws.com", "us-east-1"},
    {"eu-west-1", "fips", AwsService::Iam, "https://iam-fips.amazonaws.com", "us-east-1"},
    {"eu-west-1", "dual", AwsService::Iam, "https://iam.global.api.aws", "us-east-1"},
    {"eu-west-1", "", AwsService::Organizations, "https://organizations.us-east-1.amazonaws.com",
     "us-east-1"},
    {"eu-west-1", "", AwsService::Sts, "https://sts.eu-west-1.amazonaws.com", "eu-west-1"},
    {"eu-west-1", "fips", AwsService::Sts, "https://sts-fips.eu-west-1.amazonaws.com", "eu-west-1"},
    {"eu-west-1", "dual", AwsService::Ec2, "https://ec2.eu-west-1.api.aws", "eu-west-1"},
    {"cn-north-1", "", AwsService::Iam, "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
    {"cn-north-1", "", AwsService::Organizations,
     "https://organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
    {"us-gov-east-1", "", AwsService::Iam, "https://iam.us-gov.amazonaws.com", "us-gov-west-1"},
    {"us-gov-east-1", "fips", AwsService::Sts, "https://sts.us-gov-east-1.amazonaws.com",
     "us-gov-east-1"},
    {"us-gov-east-1", "", AwsService::Organizations,
     "https://organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
    {"us-iso-east-1", "", AwsService::Iam, "https://iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"},
    {"us-isob-east-1", "", AwsService::Sts, "https://sts.us-isob-east-1.sc2s.sgov.gov",
     "us-isob-east-1"},
    {"eu-isoe-west-1", "", AwsService::Iam, "https://iam.eu-isoe-west-1.cloud.adc-e.uk",
     "eu-isoe-west-1"},
    {"us-isof-south-1", "fips", AwsService::Iam, "https://iam-fips.csp.hci.ic.gov",
     "us-isof-south-1"},
    {"eusc-de-east-1", "", AwsService::Iam, "https://iam.eusc-de-east-1.amazonaws.eu",
     "eusc-de-east-1"},
};

TEST(FindEndpoint, KnowsThePartitions) {
  const FakeRuntime fake;
  for (const Place& place : kPlaces) {
    AwsSettings settings;
    settings.region = place.region;
    settings.use_fips = place.variant == "fips";
    settings.use_dualstack = place.variant == "dual";
    const auto found =
        find_endpoint(place.service, settings, fake.runtime.environment, fake.runtime.profiles);
    ASSERT_TRUE(found) << place.url;
    EXPECT_EQ(found->url, place.url);
    EXPECT_EQ(found->scope.region, place.signing_region) << place.url;
  }
}

std::string endpoint_of(const FakeRuntime& fake, AwsService service) {
  AwsSettings settings;
  settings.profile = "p";
  const auto found =
      find_endpoint(service, settings, fake.runtime.environment, fake.runtime.profiles);
  return found ? found->url : found.error().message;
}

constexpr std::string_view kConfig =
    "[profile p]\nendpoint_url = http://profile:1\nservices = s\n"
    "[services s]\nsts =\n  endpoint_url = http://services:1\n";

TEST(FindEndpoint, TakesTheConfiguredOneInTheOrderOfTheSdks) {
  const FakeRuntime files({}, kConfig);
  EXPECT_EQ(endpoint_of(files, AwsService::Sts), "http://services:1");
  EXPECT_EQ(endpoint_of(files, AwsService::Iam), "http://profile:1");
  const FakeRuntime both(
      {{"AWS_ENDPOINT_URL", "http://all:1/"}, {"AWS_ENDPOINT_URL_STS", "http://sts:1"}}, kConfig);
  EXPECT_EQ(endpoint_of(both, AwsService::Sts), "http://sts:1");
  EXPECT_EQ(endpoint_of(both, AwsService::Iam), "http://all:1");
  const FakeRuntime ignored(
      {{"AWS_ENDPOINT_URL", "http://all:1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
      kConfig);
  EXPECT_EQ(endpoint_of(ignored, AwsService::Iam), "https://iam.amazonaws.com");
}

TEST(FindEndpoint, RefusesWhatIsNoHttpUrl) {
  for (const char* url : {"ftp://x", "localhost:1", "http://a/b", "https://"}) {
    const FakeRuntime fake(Variables{{"AWS_ENDPOINT_URL", url}});
    EXPECT_EQ(endpoint_of(fake, AwsService::Iam),
              "`" + std::string(url).substr(0, std::string(url).find_last_not_of('/') + 1) +
                  "` is no endpoint for iam");
  }
}

TEST(FindEndpoint, TellsNoPassword) {
  const FakeRuntime fake(Variables{{"AWS_ENDPOINT_URL", "http://me:sesame@host"}});
  EXPECT_EQ(endpoint_of(fake, AwsService::Iam), "`http://***@host` is no endpoint for iam");
}

TEST(IsEndpoint, TakesSchemeHostAndPort) {
  for (const char* url : {"http://localhost", "https://a.example:8080", "http://[::1]",
                          "http://[fd00:ec2::254]:80"}) {
    EXPECT_TRUE(is_endpoint(url)) << url;
  }
  for (const char* url :
       {"localhost", "ftp://x", "http://", "http://a/b", "http://a@b", "http://a?b", "http://a#b",
        "http://a\\b", "http://a:x", "http://a:", "http://a:80@b", "http://[::1]@b",
        "http://[::1]:x", "http://[::1]x:80"}) {
    EXPECT_FALSE(is_endpoint(url)) << url;
  }
}

TEST(LoadCurlSettings, TakesTheCertificatesOfTheProfileInUse) {
  const std::string_view config =
      "[default]\nca_bundle = /d\n[profile p]\nca_bundle = /p\n[profile q]\nca_bundle = /q\n";
  const auto bundle = [&](Variables variables, std::string_view profile) {
    const FakeRuntime fake(std::move(variables), config);
    return load_curl_settings(fake.runtime.environment, fake.runtime.profiles, profile).ca_bundle;
  };
  EXPECT_EQ(bundle({}, ""), "/d");
  EXPECT_EQ(bundle({{"AWS_DEFAULT_PROFILE", "q"}}, ""), "/q");
  EXPECT_EQ(bundle({{"AWS_DEFAULT_PROFILE", "q"}, {"AWS_PROFILE", "p"}}, ""), "/p");
  EXPECT_EQ(bundle({{"AWS_PROFILE", "p"}}, "q"), "/q");
  EXPECT_EQ(bundle({{"AWS_CA_BUNDLE", "/e"}}, "q"), "/e");
}

TEST(LoadAwsSettings, PrefersTheCommandLineThenTheEnvironment) {
  FakeRuntime fake(Variables{{"AWS_REGION", "eu-west-1"},
                             {"AWS_DEFAULT_REGION", "us-west-2"},
                             {"AWS_PROFILE", "p"},
                             {"AWS_MAX_ATTEMPTS", "3"}},
                   "[profile p]\nregion = sa-east-1\nuse_fips_endpoint = true\n");
  const auto load = [&](std::string_view profile, std::string_view region) {
    return load_aws_settings(fake.runtime.environment, fake.runtime.profiles, profile, region,
                             fake.diagnostics);
  };
  EXPECT_EQ(load("", "").region, "eu-west-1");
  EXPECT_EQ(load("", "ap-south-1").region, "ap-south-1");
  EXPECT_EQ(load("", "").profile, "p");
  EXPECT_EQ(load("q", "").profile, "q");
  EXPECT_EQ(load("", "").max_attempts, 3);
  EXPECT_TRUE(load("", "").use_fips);
  EXPECT_FALSE(load("q", "").use_fips);
  EXPECT_EQ(fake.diagnostics.all().size(), 0U);
  EXPECT_EQ(load("", "evil.example/").region, "");
  EXPECT_EQ(fake.diagnostics.all()[0].message, "`evil.example/` is no Region; it is left out");
}

}  // namespace
}  // namespace rolecall
