// SPDX-License-Identifier: Apache-2.0
#include "live/estate_redactor.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/base/text.h"

namespace rolecall {
namespace {

// What becomes of `text` as a value of member `member`.
std::string redacted(const std::string& text, const std::string& member = "Name") {
  EstateRedactor redactor(1);
  const std::string json = "{\"" + member + "\": \"" + text + "\"}";
  redactor.learn(json);
  const std::string all = redactor.redact(json).value_or("?");
  const std::size_t begin = all.find("\": \"") + 4;
  return all.substr(begin, all.rfind('"') - begin);
}

// The same with letters as `a`, upper case as `A` and digits as `0`, which a pseudonym keeps.
std::string shape(const std::string& text) {
  std::string shape = text;
  for (char& c : shape) {
    if (is_ascii_digit(c)) c = '0';
    if (c >= 'a' && c <= 'z') c = 'a';
    if (c >= 'A' && c <= 'Z') c = 'A';
  }
  return shape;
}

TEST(EstateRedactor, KeepsWhatEverybodyHas) {
  for (const char* text :
       {"*", "ec2.amazonaws.com", "sts.amazonaws.com", "ec2.amazonaws.com.cn", "eu-central-1",
        "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/job-function/Billing",
        "token.actions.githubusercontent.com", "https://signin.aws.amazon.com/saml",
        "OrganizationAccountAccessRole", "p-FullAWSAccess"}) {
    EXPECT_EQ(redacted(text), text);
  }
  EXPECT_EQ(redacted("sts:AssumeRole", "Action"), "sts:AssumeRole");
  EXPECT_EQ(redacted("2026-11-27T10:00:00Z", "CreateDate"), "2026-11-27T10:00:00Z");
}

TEST(EstateRedactor, KeepsTheStructureOfNames) {
  struct Case {
    std::string text{};
    std::vector<std::string> kept{};
  };
  const Case all[] = {
      {"arn:aws:iam::111122223333:role/team/Deploy-7", {"arn:aws:iam::", ":role/"}},
      {"arn:aws:sts::111122223333:assumed-role/ci/build-482", {"arn:aws:sts::", ":assumed-role/"}},
      {"arn:aws-cn:iam::111122223333:role/x", {"arn:aws-cn:iam::"}},
      {"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/"
       "AWSReservedSSO_Admin_0a1b",
       {"role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_"}},
      {"arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/"
       "AWSServiceRoleForSupport",
       {"role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"}},
      {"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB12CD",
       {":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/"}},
      {"arn:aws:s3:::harbor-logs/*", {"arn:aws:s3:::", "/*"}},
      {"arn:aws:lambda:eu-west-1:111122223333:function:resize", {":function:"}},
      {"repo:acme/site:ref:refs/heads/release", {"repo:", ":ref:refs/heads/"}},
      {"arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}-x", {"${aws:PrincipalTag/", "}-"}},
      {"AROAEXAMPLEEXAMPLE123", {"AROA"}},
      {"o-a1b2c3d4e5/r-ab12/ou-ab12-11112222/*", {"o-", "/r-", "/ou-", "/*"}},
      {"harbor-blue-7", {"-"}}};
  for (const Case& each : all) {
    const std::string result = redacted(each.text);
    EXPECT_NE(result, each.text);
    EXPECT_EQ(shape(result), shape(each.text));
    for (const std::string& kept : each.kept) {
      EXPECT_NE(result.find(kept), std::string::npos) << kept << " in " << result;
    }
    for (const char* secret : {"111122223333", "team", "Deploy", "build", "Admin", "AB12CD",
                               "harbor", "resize", "acme", "release", "EXAMPLE"}) {
      EXPECT_EQ(result.find(secret), std::string::npos) << result;
    }
  }
}

TEST(EstateRedactor, ReplacesTheSameByTheSameEverywhere) {
  EstateRedactor redactor(1);
  const std::string policy =
      R"({"Version": "2012-10-17", "Statement": [{"Sid": "Mine", "Effect": "Allow",
      "Principal": {"AWS": "111122223333", "Service": "ec2.amazonaws.com"},
      "Action": "sts:AssumeRole", "Condition": {
        "StringEquals": {"sts:ExternalId": "blue", "aws:PrincipalTag/team": ["blue", 7],
                         "id.corp.example:sub": "x", "aws:PrincipalType": "User"},
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}]})";
  const std::string tags =
      R"({"Tags": [{"Key": "team", "Value": "blue"}], "open": ["aws:RequestTag/team"],
      "UnreadEntities": ["user/blue"], "Account": 111122223333})";
  redactor.learn(policy);
  redactor.learn(tags);
  const std::string one = redactor.redact(policy).value_or("");
  const std::string two = redactor.redact(tags).value_or("");
  for (const char* kept :
       {"2012-10-17", "\"Allow\"", "ec2.amazonaws.com", "sts:AssumeRole", "sts:ExternalId",
        "aws:PrincipalTag/", "\"User\"", "\"true\"", "203.0.113.0/24", ":sub\""}) {
    EXPECT_NE(one.find(kept), std::string::npos) << kept;
  }
  for (const char* secret : {"Mine", "111122223333", "blue", "team", "corp", "\"x\"", " 7"}) {
    EXPECT_EQ((one + two).find(secret), std::string::npos) << secret;
  }
  const std::size_t at = two.find("\"Value\": \"") + 10;
  const std::string blue = two.substr(at, 4);
  EXPECT_NE(one.find("\"sts:ExternalId\": \"" + blue + "\""), std::string::npos) << one << two;
  EXPECT_NE(two.find("user/" + blue), std::string::npos);
  const std::string team = two.substr(two.find("\"Key\": \"") + 8, 4);
  EXPECT_NE(one.find("aws:PrincipalTag/" + team), std::string::npos);
  EXPECT_NE(two.find("aws:RequestTag/" + team), std::string::npos);
  const std::string account = one.substr(one.find("\"AWS\": \"") + 8, 12);
  EXPECT_EQ(redactor.redact_file_name("111122223333.gaad.json"), account + ".gaad.json");
  EXPECT_EQ(redactor.redact_file_name("organization.json"), "organization.json");
}

TEST(EstateRedactor, LeavesThePoliciesOfAwsAlone) {
  EstateRedactor redactor(1);
  const std::string json = R"({"Policies": [{"PolicyName": "ReadOnlyAccess",
      "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "Path": "/x/"}],
      "AttachedManagedPolicies": [{"PolicyName": "Billing",
        "PolicyArn": "arn:aws:iam::aws:policy/job-function/Billing"}]})";
  redactor.learn(json);
  const std::string result = redactor.redact(json).value_or("");
  for (const char* kept : {"\"ReadOnlyAccess\"", "\"/x/\"", "\"Billing\""}) {
    EXPECT_NE(result.find(kept), std::string::npos) << kept;
  }
}

TEST(EstateRedactor, RedactsNothingThatIsNoJson) {
  EXPECT_FALSE(EstateRedactor(1).redact("{"));
}

}  // namespace
}  // namespace rolecall
