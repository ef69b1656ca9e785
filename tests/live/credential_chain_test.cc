// SPDX-License-Identifier: Apache-2.0
#include "live/credential_chain.h"

#include <gtest/gtest.h>

#include "live/fake_transport.h"
#include "support/test_folder.h"

namespace rolecall {
namespace {

constexpr std::string_view kAssumed =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>"
    "<SecretAccessKey>made</SecretAccessKey><SessionToken>token</SessionToken>"
    "<Expiration>2015-08-30T13:36:00Z</Expiration></Credentials></AssumeRoleResult>"
    "</AssumeRoleResponse>";

HttpOutcome ok(std::string_view body) {
  return HttpResponse{200, std::string(body)};
}

// `ID/SECRET/TOKEN`, or the message and the help.
std::string shown(const Result<Credentials>& found) {
  if (!found) {
    return found.error().message + (found.error().help.empty() ? "" : " | " + found.error().help);
  }
  return found->access_key_id + "/" + found->secret_access_key.reveal() + "/" +
         found->session_token.reveal();
}

std::string resolve(const FakeRuntime& fake, HttpTransport& transport, std::string profile = "") {
  return shown(CredentialChain(fake.runtime, transport, std::move(profile), "").get());
}

std::string resolve(const FakeRuntime& fake, std::string profile = "") {
  FakeTransport transport;
  return resolve(fake, transport, std::move(profile));
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

const Variables kKeys = {{"AWS_ACCESS_KEY_ID", "AKIAENV"},
                         {"AWS_SECRET_ACCESS_KEY", "env"},
                         {"AWS_SESSION_TOKEN", "envtoken\n"}};
constexpr std::string_view kFile =
    "[default]\naws_access_key_id=AKIAFILE\n"
    "aws_secret_access_key=file\n"
    "[base]\naws_access_key_id=AKIABASE\n"
    "aws_secret_access_key=base\n";

TEST(CredentialChain, PrefersTheEnvironmentUnlessAProfileIsNamed) {
  const FakeRuntime fake(kKeys, "", kFile);
  EXPECT_EQ(resolve(fake), "AKIAENV/env/envtoken");
  EXPECT_EQ(resolve(fake, "base"), "AKIABASE/base/");
  Variables named = kKeys;
  named.emplace("AWS_PROFILE", "base");
  EXPECT_EQ(resolve(FakeRuntime(named, "", kFile)), "AKIAENV/env/envtoken");
  EXPECT_EQ(resolve(FakeRuntime(Variables{{"AWS_PROFILE", "base"}}, "", kFile)), "AKIABASE/base/");
}

TEST(CredentialChain, PrefersTheCredentialsFile) {
  EXPECT_EQ(
      resolve(FakeRuntime({}, "[default]\naws_access_key_id=A\naws_secret_access_key=b\n", kFile)),
      "AKIAFILE/file/");
  EXPECT_EQ(resolve(FakeRuntime({}, "[default]\naws_access_key_id=A\naws_secret_access_key=b\n")),
            "A/b/");
}

TEST(CredentialChain, SaysWhatIsNotThere) {
  const FakeRuntime fake({}, "", kFile);
  EXPECT_EQ(resolve(fake, "other"), "there is no profile `other` | there is base and default");
  EXPECT_EQ(resolve(FakeRuntime({}, "[default]\naws_access_key_id = A\n")),
            "profile `default` has `aws_access_key_id` and no secret access key");
  EXPECT_EQ(resolve(FakeRuntime(Variables{{"AWS_ACCESS_KEY_ID", "A"}})),
            "the environment has AWS_ACCESS_KEY_ID and no secret access key");
  EXPECT_EQ(resolve(FakeRuntime()),
            "profile `default` leads to no credentials | set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or run `aws configure` or `aws sso login`");
}

TEST(CredentialChain, AssumesTheRoleOfAProfile) {
  const FakeRuntime fake({}, R"([profile a]
role_arn = arn:aws:iam::111122223333:role/a
source_profile = b
external_id = x/1
duration_seconds = 900
[profile b]
role_arn = arn:aws:iam::111122223333:role/b
source_profile = base
role_session_name = me
region = eu-west-1
)",
                         kFile);
  FakeTransport transport({ok(kAssumed), ok(kAssumed)});
  EXPECT_EQ(resolve(fake, transport, "a"), "ASIA1/made/token");
  ASSERT_EQ(transport.requests.size(), 2U);
  EXPECT_EQ(transport.requests[0].body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole"
            "%2Fb&RoleSessionName=me");
  EXPECT_EQ(transport.requests[0].endpoint, "https://sts.eu-west-1.amazonaws.com");
  EXPECT_NE(header(transport.requests[0], "Authorization").find("AKIABASE/"), std::string::npos);
  EXPECT_EQ(transport.requests[1].body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole"
            "%2Fa&RoleSessionName=rolecall-1440938160&ExternalId=x%2F1&DurationSeconds=900");
  EXPECT_NE(header(transport.requests[1], "Authorization").find("ASIA1/"), std::string::npos);
  EXPECT_EQ(header(transport.requests[1], "X-Amz-Security-Token"), "token");
}

TEST(CredentialChain, LetsAProfileUseItsOwnKeysAndFindsCircles) {
  const FakeRuntime fake({}, R"([profile own]
role_arn = r
source_profile = own
aws_access_key_id = AKIAOWN
aws_secret_access_key = own
[profile x]
role_arn = r
source_profile = y
[profile y]
role_arn = r
source_profile = x
[profile none]
role_arn = r
[profile lost]
role_arn = r
source_profile = nowhere
[profile odd]
role_arn = r
credential_source = Moon
)");
  FakeTransport transport({ok(kAssumed)});
  EXPECT_EQ(resolve(fake, transport, "own"), "ASIA1/made/token");
  EXPECT_NE(header(transport.requests[0], "Authorization").find("AKIAOWN/"), std::string::npos);
  EXPECT_EQ(resolve(fake, "x"), "the `source_profile` of `x` leads back to it");
  EXPECT_EQ(resolve(fake, "none"),
            "profile `none` has a `role_arn` and needs one of `source_profile` and "
            "`credential_source`");
  EXPECT_EQ(resolve(fake, "lost"),
            "profile `lost` names `nowhere` as its `source_profile`, which is not there");
  EXPECT_EQ(resolve(fake, "odd"),
            "`Moon` is no `credential_source` | write Environment, EcsContainer or "
            "Ec2InstanceMetadata");
}

TEST(CredentialChain, AsksForTheCodeOfAnMfaDevice) {
  FakeRuntime fake(kKeys,
                   "[profile m]\nrole_arn = r\ncredential_source = Environment\n"
                   "mfa_serial = arn:aws:iam::111122223333:mfa/me\n");
  EXPECT_EQ(resolve(fake, "m"),
            "profile `m` needs a code of the MFA device `arn:aws:iam::111122223333:mfa/me`, and "
            "there is no terminal to ask for it");
  fake.runtime.ask_mfa_code = [](std::string_view) { return std::optional<std::string>("123456"); };
  FakeTransport transport({ok(kAssumed)});
  EXPECT_EQ(resolve(fake, transport, "m"), "ASIA1/made/token");
  EXPECT_TRUE(transport.requests[0].body.ends_with(
      "&SerialNumber=arn%3Aaws%3Aiam%3A%3A111122223333%3Amfa%2Fme&TokenCode=123456"));
}

TEST(CredentialChain, TakesAWebIdentityTokenUnsigned) {
  const TestFolder folder;
  const std::string file = folder.write("token", "header.payload.signature\n");
  const FakeRuntime fake(Variables{{"AWS_WEB_IDENTITY_TOKEN_FILE", file},
                                   {"AWS_ROLE_ARN", "r"},
                                   {"AWS_ROLE_SESSION_NAME", "pod"}});
  FakeTransport transport({ok(
      "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
      "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>made</SecretAccessKey><SessionToken>token"
      "</SessionToken></Credentials></AssumeRoleWithWebIdentityResult>"
      "</AssumeRoleWithWebIdentityResponse>")});
  EXPECT_EQ(resolve(fake, transport), "ASIA1/made/token");
  EXPECT_EQ(header(transport.requests[0], "Authorization"), "");
  EXPECT_EQ(transport.requests[0].body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&RoleSessionName=pod&"
            "WebIdentityToken=header.payload.signature");
}

TEST(CredentialChain, RunsTheCredentialProcess) {
  const FakeRuntime fake({}, R"([profile good]
credential_process = echo '{"Version":1,"AccessKeyId":"AKIAP","SecretAccessKey":"p"}'
[profile bad]
credential_process = echo hello
)");
  EXPECT_EQ(resolve(fake, "good"), "AKIAP/p/");
  EXPECT_EQ(resolve(fake, "bad"), "`echo` wrote no credentials");
}

TEST(CredentialChain, AsksTheContainerAndTrustsOnlyKnownHosts) {
  const std::string_view answer =
      R"({"AccessKeyId":"ASIAC","SecretAccessKey":"c","Token":"t","Expiration":"2015-08-30T18:00:00Z"})";
  const FakeRuntime fake(Variables{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"},
                                   {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret"}});
  FakeTransport transport({ok(answer)});
  EXPECT_EQ(resolve(fake, transport), "ASIAC/c/t");
  EXPECT_EQ(transport.requests[0].endpoint + transport.requests[0].path,
            "http://169.254.170.2/v2/x");
  EXPECT_EQ(header(transport.requests[0], "Authorization"), "secret");
  EXPECT_TRUE(transport.requests[0].direct);
  for (const char* url : {"http://example.com/x", "http://127.0.0.1.example.com/", "ftp://x/",
                          "http://127.0.0.1@example.com/", "http://localhost:x@example.com/",
                          "http://[::1]@example.com/", "http://localhost#@example.com/",
                          "http://localhost?@example.com/", "http://localhost\\@example.com/",
                          "https://localhost:80@example.com/"}) {
    const FakeRuntime bad(Variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}});
    EXPECT_EQ(resolve(bad),
              "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that is not trusted with "
              "credentials")
        << url;
  }
}

TEST(CredentialChain, KeepsToTheContainerHostWhateverThePathSays) {
  const FakeRuntime fake(Variables{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ":80@example.com/"},
                                   {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret"}});
  FakeTransport transport;
  EXPECT_TRUE(resolve(fake, transport).ends_with("is not trusted with credentials"));
  EXPECT_TRUE(transport.requests.empty());
}

TEST(CredentialChain, AsksTheInstanceByVersionTwoOnly) {
  const FakeRuntime fake(Variables{{"AWS_EC2_METADATA_DISABLED", "false"},
                                   {"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1/"}});
  FakeTransport transport({ok("session"), ok("my-role\n"),
                           ok(R"({"AccessKeyId":"ASIAI","SecretAccessKey":"i","Token":"t"})")});
  EXPECT_EQ(resolve(fake, transport), "ASIAI/i/t");
  ASSERT_EQ(transport.requests.size(), 3U);
  EXPECT_EQ(transport.requests[0].method, "PUT");
  EXPECT_EQ(transport.requests[2].path, "/latest/meta-data/iam/security-credentials/my-role");
  EXPECT_EQ(header(transport.requests[2], "X-aws-ec2-metadata-token"), "session");
  FakeTransport refused({HttpResponse{403, ""}});
  EXPECT_TRUE(resolve(fake, refused).starts_with("profile `default` leads to no credentials"));
  EXPECT_EQ(refused.requests.size(), 1U);
}

TEST(CredentialChain, LooksAgainShortlyBeforeTheyExpire) {
  FakeRuntime fake(kKeys, "[profile r]\nrole_arn = r\ncredential_source = Environment\n");
  FakeTransport transport({ok(kAssumed), ok(kAssumed)});
  CredentialChain chain(fake.runtime, transport, "r", "");
  ASSERT_TRUE(chain.get());
  fake.now += 3000;
  ASSERT_TRUE(chain.get());
  EXPECT_EQ(transport.requests.size(), 1U);
  fake.now += 400;
  ASSERT_TRUE(chain.get());
  EXPECT_EQ(transport.requests.size(), 2U);
  // What came expires as early: it is not asked for again at once.
  ASSERT_TRUE(chain.get());
  EXPECT_EQ(transport.requests.size(), 2U);
}

TEST(CredentialChain, UsesWhatItHasWhileItCannotBeRenewed) {
  FakeRuntime fake(kKeys, "[profile r]\nrole_arn = r\ncredential_source = Environment\n");
  FakeTransport transport({ok(kAssumed)});
  CredentialChain chain(fake.runtime, transport, "r", "");
  ASSERT_TRUE(chain.get());
  fake.now += 3400;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(shown(chain.get()), "ASIA1/made/token");
  EXPECT_EQ(transport.requests.size(), 2U);
  fake.now += 61;
  EXPECT_EQ(shown(chain.get()), "ASIA1/made/token");
  EXPECT_EQ(transport.requests.size(), 3U);
  fake.now += 200;  // Now they have expired.
  EXPECT_FALSE(chain.get());
}

}  // namespace
}  // namespace rolecall
