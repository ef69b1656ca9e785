// SPDX-License-Identifier: Apache-2.0
#include "live/sigv4.h"

#include <gtest/gtest.h>

#include "live/fake_transport.h"

namespace rolecall {
namespace {

constexpr EpochSeconds kTime = 1'440'938'160;  // 2015-08-30T12:36:00Z

std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

// `get-vanilla` and `post-vanilla` of AWS's Signature Version 4 test suite.
TEST(Sign, SignsTheExamplesOfAws) {
  HttpRequest request;
  request.method = "GET";
  request.endpoint = "https://example.amazonaws.com";
  sign(request, example_credentials(), {"us-east-1", "service"}, kTime);
  EXPECT_EQ(header(request, "X-Amz-Date"), "20150830T123600Z");
  EXPECT_EQ(header(request, "Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  request.method = "POST";
  request.headers.clear();
  sign(request, example_credentials(), {"us-east-1", "service"}, kTime);
  EXPECT_TRUE(header(request, "Authorization")
                  .ends_with("Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92"
                             "efbe5d6b"));
}

TEST(Sign, SignsTheSessionToken) {
  HttpRequest request;
  request.endpoint = "https://iam.amazonaws.com";
  Credentials credentials = example_credentials();
  credentials.session_token = Secret("token");
  sign(request, credentials, {"us-east-1", "iam"}, kTime);
  EXPECT_EQ(header(request, "X-Amz-Security-Token"), "token");
  EXPECT_NE(
      header(request, "Authorization").find("SignedHeaders=host;x-amz-date;x-amz-security-token,"),
      std::string::npos);
}

TEST(HttpRequest, NamesTheHostAsItIsSent) {
  HttpRequest request;
  request.endpoint = "https://iam.amazonaws.com:443";
  EXPECT_EQ(request.host(), "iam.amazonaws.com");
  request.endpoint = "http://localhost:80";
  EXPECT_EQ(request.host(), "localhost");
  request.endpoint = "http://127.0.0.1:5000";
  EXPECT_EQ(request.host(), "127.0.0.1:5000");
}

}  // namespace
}  // namespace rolecall
