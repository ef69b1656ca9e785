// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_context.h"

#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/diagnose/error_text.h"

namespace rolecall {
namespace {

constexpr std::string_view kDenied =
    "User: arn:aws:iam::123456789012:user/mona is not authorized to perform: sts:AssumeRole on "
    "resource: arn:aws:iam::210987654321:role/Release";

// The only denial of the text.
ErrorEvidence only_denial(const std::string& text) {
  auto denials = recognize_denials(text);
  if (denials.size() != 1) {
    throw std::runtime_error(std::to_string(denials.size()) + " denials in: " + text);
  }
  return denials[0];
}

ErrorEvidence around(const std::string& before, const std::string& after = "") {
  return only_denial(before + std::string(kDenied) + after);
}

std::string repeated(std::string_view word, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += word;
  return text;
}

// ---- Codes.

TEST(ErrorContextCode, IsWhatStandsRightBeforeTheSentence) {
  EXPECT_EQ(around("AccessDenied: ").code, "AccessDenied");
  EXPECT_EQ(around("AccessDeniedException(").code, "AccessDenied");
  EXPECT_EQ(around("AccessDenied (client): ").code, "AccessDenied");
  EXPECT_EQ(around("com.amazonaws.sts#ThrottlingException: ").code, "Throttling");
}

TEST(ErrorContextCode, IsNoWordThatMerelyStandsThere) {
  for (const std::string& before :
       {std::string("AccessDenied "), std::string("RuntimeException: "), std::string("Denied: "),
        std::string("AWSSecurityTokenServiceException: "), std::string("AmazonServiceException: "),
        "AccessDenied:" + repeated("(", 20), std::string(100, 'a') + "Exception: "}) {
    EXPECT_EQ(around(before).code, "") << before;
  }
}

TEST(ErrorContextCode, IsReadFromFieldsOfTheAnswer) {
  EXPECT_EQ(around("", "\nError Code: AccessDenied.").code, "AccessDenied");
  EXPECT_EQ(around("", "\nError Code: 403").code, "");
  EXPECT_EQ(around("", "\nError Code: _internal").code, "");
  EXPECT_EQ(around("", "\nError Code: abc").code, "");
  // The field of Rust's answer, not its type.
  EXPECT_EQ(around("{ code: Some(\"AccessDenied\"), said ").code, "AccessDenied");
}

// ---- Request ids.

TEST(ErrorContextRequestId, ComesFirstInGo) {
  EXPECT_EQ(around("RequestID: 11111111-2222, api error AccessDenied: ").request_id,
            "11111111-2222");
  EXPECT_EQ(around("RequestID: 11111111-2222 ", " request id: 33333333-4444").request_id,
            "33333333-4444");
}

TEST(ErrorContextRequestId, IsNotThatOfTheNextAnswerOrOfTheFunction) {
  EXPECT_EQ(around("", "\nStatusCode: 403, RequestID: 11111111-2222, api error X: y").request_id,
            "");
  for (const std::string_view word : {"START", "END", "REPORT"}) {
    EXPECT_EQ(around("", "\n" + std::string(word) + " RequestId: 11111111-2222").request_id, "")
        << word;
  }
}

TEST(ErrorContextRequestId, IsLongEnoughToBeOne) {
  EXPECT_EQ(around("", " request id: 12 request id: 12345678").request_id, "12345678");
}

// ---- Tools and services.

TEST(ErrorContextTool, IsTheOutermostThenTheNearest) {
  EXPECT_EQ(around("Terraform: botocore: ").tool, "terraform");
  EXPECT_EQ(around("botocore: api error ").tool, "aws-sdk-go-v2");
  EXPECT_EQ(around("", "\nsoftware.amazon.awssdk\n@aws-sdk/client").tool, "aws-sdk-java-v2");
}

TEST(ErrorContextTool, IsNotLookedForBehindHundredsOfOtherMarks) {
  const std::string noise = repeated("SNS ", 250);
  EXPECT_EQ(around("botocore " + repeated("SNS ", 20)).tool, "boto3");
  EXPECT_EQ(around("botocore " + noise).tool, "");
  const ErrorEvidence after = around("", " " + noise + "botocore request id: 12345678");
  EXPECT_EQ(after.tool, "");
  EXPECT_EQ(after.request_id, "");
  EXPECT_EQ(around("RequestID: 11111111-2222, " + repeated("SNS ", 250)).request_id, "");
}

TEST(ErrorContextService, IsNamedRightBeforeTheSentence) {
  const std::string rest =
      "is not authorized to perform: sts:AssumeRole on resource: "
      "arn:aws:iam::210987654321:role/Release";
  EXPECT_EQ(only_denial("Lambda " + rest).service, "lambda.amazonaws.com");
  EXPECT_EQ(only_denial("Lambda says that it " + rest).service, "");
  EXPECT_EQ(only_denial("EC2 and Lambda " + rest).service, "lambda.amazonaws.com");
  EXPECT_EQ(only_denial("It is not authorized to perform: iam:PassRole on resource: "
                        "arn:aws:iam::210987654321:role/Release")
                .service,
            "");
}

TEST(ErrorContextService, IsTheServicePrincipalOfTheSentence) {
  const auto service_of = [](const std::string& name) {
    return only_denial(name + " could not assume the role").service;
  };
  EXPECT_EQ(service_of("ecs-tasks.amazonaws.com"), "ecs-tasks.amazonaws.com");
  EXPECT_EQ(service_of("dms.us-east-1.amazonaws.com"), "dms.us-east-1.amazonaws.com");
  EXPECT_EQ(service_of("ec2.amazonaws.com.cn"), "ec2.amazonaws.com.cn");
}

TEST(ErrorContextService, IsNoHostOfAnAddress) {
  const auto service_of = [](const std::string& name) {
    return only_denial(name + " could not assume the role").service;
  };
  EXPECT_EQ(service_of("https://sts.amazonaws.com"), "");
  EXPECT_EQ(service_of("me@sts.amazonaws.com"), "");
  EXPECT_EQ(service_of("queue.amazonaws.com/path"), "");
  EXPECT_EQ(service_of("queue.amazonaws.com:443"), "");
  EXPECT_EQ(service_of("at .amazonaws.com"), "");
}

TEST(ErrorContextService, IsReadWithinTheLengthOfAName) {
  const std::string service =
      only_denial(std::string(100, 'a') + ".amazonaws.com could not assume the role").service;
  EXPECT_EQ(service, std::string(64, 'a') + ".amazonaws.com");
}

}  // namespace
}  // namespace rolecall
