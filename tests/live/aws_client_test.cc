// SPDX-License-Identifier: Apache-2.0
#include "live/aws_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/fake_transport.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using Kind = AwsFailure::Kind;

HttpOutcome page(std::string_view role, std::string_view marker) {
  std::string body = "<ListRolesResponse><ListRolesResult><Roles><member><RoleName>";
  body.append(role).append("</RoleName></member></Roles><IsTruncated>");
  body.append(marker.empty() ? "false" : "true").append("</IsTruncated><Marker>").append(marker);
  return HttpResponse{200, body.append("</Marker></ListRolesResult></ListRolesResponse>")};
}

HttpOutcome error(int status, std::string_view code) {
  std::string body = "<ErrorResponse><Error><Code>";
  body.append(code).append("</Code><Message>said</Message></Error></ErrorResponse>");
  return HttpResponse{status, body};
}

struct Client {
  explicit Client(std::deque<HttpOutcome> answers) : transport(std::move(answers)) {}

  FakeRuntime fake{};
  FakeTransport transport;
  AwsClient client{fake.runtime, transport, AwsSettings{.profile = "default"},
                   [] { return Result<Credentials>(example_credentials()); }};
};

TEST(CallTable, HasOneRowForEachCallAndService) {
  std::size_t number = 0;
  for (const AwsCallRow& row : call_table()) {
    EXPECT_EQ(static_cast<std::size_t>(row.call), number++) << row.action;
    EXPECT_EQ(&call_row(row.call), &row);
    EXPECT_FALSE(row.feeds.empty()) << row.action;
    EXPECT_EQ(row.paging == AwsPaging::None, row.page_size == 0) << row.action;
    EXPECT_FALSE(row.holds[0].empty()) << row.action;
    EXPECT_EQ(service_row(row.service).service, row.service);
  }
  EXPECT_EQ(call_row(AwsCall::GetRole).permission(), "iam:GetRole");
  EXPECT_EQ(call_row(AwsCall::DescribeVpcEndpoints).permission(), "ec2:DescribeVpcEndpoints");
}

// No answer at all would mean that there is nothing: no policy, no role, no account.
TEST(AwsClient, TakesNoAnswerThatLacksWhatWasAskedFor) {
  for (const AwsCallRow& row : call_table()) {
    const std::string action(row.action);
    const bool xml = service_row(row.service).protocol == AwsProtocol::Query;
    const auto body = [&](const std::string& members) {
      if (!xml) return "{" + members + "}";
      return "<" + action + "Response><" + action + "Result>" + members + "</" + action +
             "Result></" + action + "Response>";
    };
    const std::string other = xml ? "<Other>1</Other>" : R"("Other": 1)";
    const std::string member(row.holds[0]);
    const std::string odd =
        xml ? "<" + member + "><x><y>1</y></x></" + member + ">" : "\"" + member + "\": null";
    for (const std::string& members : {std::string(), other, odd}) {
      if (members == odd && xml && row.page_size == 0) continue;  // Perhaps an object.
      Client one({HttpResponse{200, body(members)}});
      const auto answer = one.client.call(row.call);
      ASSERT_FALSE(answer) << row.action << members;
      EXPECT_EQ(answer.error().kind, Kind::Unreached) << row.action;
    }
  }
}

TEST(AwsClient, TakesNoPageThatGoesOnNobodyKnowsWhere) {
  const std::string roles = "<ListRolesResponse><ListRolesResult><Roles/><IsTruncated>";
  const std::string end = "</ListRolesResult></ListRolesResponse>";
  for (const char* text : {"true</IsTruncated>", "true</IsTruncated><Marker/>",
                           "perhaps</IsTruncated><Marker>m</Marker>"}) {
    Client one({HttpResponse{200, roles + text + end}});
    EXPECT_FALSE(one.client.call_pages(AwsCall::ListRoles)) << text;
  }
  Client one({HttpResponse{200, R"({"Policies":[],"NextToken":7})"}});
  EXPECT_FALSE(one.client.call_pages(AwsCall::ListPoliciesForTarget));
}

// Gives one page after the other, each with another marker.
class EndlessTransport : public HttpTransport {
 public:
  HttpOutcome send(const HttpRequest&) override { return page("a", std::to_string(++pages)); }

  std::size_t pages = 0;
};

TEST(AwsClient, ReadsNoPagesWithoutEnd) {
  FakeRuntime fake;
  EndlessTransport transport;
  AwsClient client(fake.runtime, transport, {},
                   [] { return Result<Credentials>(example_credentials()); });
  const auto pages = client.call_pages(AwsCall::ListRoles);
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().message, "the pages of the answer do not end");
  EXPECT_EQ(transport.pages, 2'001U);
}

TEST(AwsClient, FetchesEveryPage) {
  Client one({page("a", "m/1"), page("b", "")});
  const auto pages = one.client.call_pages(AwsCall::ListRoles);
  ASSERT_TRUE(pages);
  ASSERT_EQ(pages->size(), 2U);
  EXPECT_EQ((*(*pages)[1].root().find("Roles")->begin()).string_at("RoleName"), "b");
  EXPECT_EQ(one.transport.requests[1].body,
            "Action=ListRoles&Version=2010-05-08&MaxItems=1000&Marker=m%2F1");
}

TEST(AwsClient, DoesNotFollowPagesInACircle) {
  Client one({page("a", "m"), page("b", "m")});
  const auto pages = one.client.call_pages(AwsCall::ListRoles);
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().message, "the pages of the answer do not end");
}

TEST(AwsClient, SendsJsonWithItsTarget) {
  Client one({HttpResponse{200, R"({"Policies":[],"NextToken":"t"})"},
              HttpResponse{200, R"({"Policies":[]})"}});
  ASSERT_TRUE(one.client.call_pages(AwsCall::ListPoliciesForTarget,
                                    {{"TargetId", "ou-\"1"}, {"Filter", "X"}}));
  EXPECT_EQ(one.transport.requests[1].body,
            R"({"TargetId": "ou-\"1", "Filter": "X", "MaxResults": 20, "NextToken": "t"})");
  EXPECT_EQ(one.transport.requests[1].headers[1].second,
            "AWSOrganizationsV20161128.ListPoliciesForTarget");
}

TEST(AwsClient, SendsAPathToServicesThatTakeOne) {
  Client one(
      {HttpResponse{200, R"({"FunctionArn":"f","Role":"r"})"},
       HttpResponse{404, R"({"Type":"User","Message":"no"})", "ResourceNotFoundException:x"}});
  ASSERT_TRUE(one.client.call(AwsCall::GetFunctionConfiguration, {{"FunctionName", "arn:a/b"}}));
  const HttpRequest& request = one.transport.requests[0];
  EXPECT_EQ(request.method + " " + request.path,
            "GET /2015-03-31/functions/arn%3Aa%2Fb/configuration");
  EXPECT_EQ(request.body, "");
  const auto missing = one.client.call(AwsCall::GetFunctionConfiguration, {{"FunctionName", "g"}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, Kind::Missing);
  EXPECT_EQ(missing.error().message, "no");
}

TEST(AwsClient, AsksNothingAgainThatWasRefused) {
  Client one({error(403, "AccessDenied"), error(404, "NoSuchEntity"), error(403, "AccessDenied")});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(one.client.call(AwsCall::GetRole, {{"RoleName", "a"}}).error().kind, Kind::Refused);
    EXPECT_EQ(one.client.call(AwsCall::GetRole, {{"RoleName", "b"}}).error().kind, Kind::Missing);
  }
  EXPECT_EQ(one.transport.requests.size(), 2U);
  EXPECT_EQ(one.client.made_calls().size(), 2U);
  EXPECT_FALSE(one.client.call(AwsCall::GetUser, {{"UserName", "a"}}));
  EXPECT_EQ(one.transport.requests.size(), 3U);
}

TEST(AwsClient, WaitsLongerEachTimeItIsThrottled) {
  Client one({error(400, "Throttling"), error(503, "ServiceUnavailable"),
              tl::make_unexpected(HttpFailure{"reset", true}),
              HttpResponse{200, "<ListRolesResponse><ListRolesRes"}, page("a", "")});
  ASSERT_TRUE(one.client.call(AwsCall::ListRoles));
  EXPECT_THAT(one.fake.waits, ElementsAre(50, 100, 200, 400));
  const auto made = one.client.made_calls();
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].attempts, 5);
}

TEST(AwsClient, GivesUpInTheEnd) {
  Client one(std::deque<HttpOutcome>(20, error(400, "Throttling")));
  const auto answer = one.client.call(AwsCall::GetRole, {{"RoleName", "x"}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::Unreached);
  EXPECT_EQ(answer.error().code, "Throttling");
  EXPECT_EQ(one.transport.requests.size(), 10U);
  EXPECT_EQ(one.client.made_calls()[0].subject, "x");
}

struct Failed {
  HttpOutcome outcome;
  Kind kind{};
};

TEST(AwsClient, TellsFailuresApartAndDoesNotRepeatThem) {
  const Failed failures[] = {
      {error(403, "AccessDenied"), Kind::Refused},
      {error(404, "NoSuchEntity"), Kind::Missing},
      {error(403, "ExpiredToken"), Kind::Credentials},
      {error(403, "SignatureDoesNotMatch"), Kind::Credentials},
      {error(400, "ValidationError"), Kind::Other},
      {HttpResponse{400, R"({"__type":"AccessDeniedException","Message":"no"})"}, Kind::Refused},
      {tl::make_unexpected(HttpFailure{"certificate", false}), Kind::Unreached}};
  for (const Failed& each : failures) {
    Client one({each.outcome});
    const auto answer = one.client.call(AwsCall::GetRole, {{"RoleName", "x"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, each.kind) << answer.error().code;
    EXPECT_EQ(one.transport.requests.size(), 1U);
  }
}

// Says everything that it was sent, as AWS does where a signature is wrong, and in its own words.
class EchoTransport : public HttpTransport {
 public:
  explicit EchoTransport(std::string code, int status) : code_(std::move(code)), status_(status) {}

  HttpOutcome send(const HttpRequest& request) override {
    std::string all = "said ";
    for (const auto& [name, value] : request.headers) all += name + ":" + value + " ";
    all += request.body + "\nsecond line";
    return HttpResponse{status_, "<ErrorResponse><Error><Code>" + code_ +
                                     "</Code><Message><![CDATA[" + all +
                                     "]]></Message></Error></ErrorResponse>"};
  }

 private:
  std::string code_;
  int status_;
};

TEST(AwsClient, RepeatsNoSecretOfTheRequest) {
  for (const char* code :
       {"AccessDenied", "ValidationError", "SignatureDoesNotMatch", "IncompleteSignature",
        "InvalidSignatureException", "AuthFailure", "IQoJb3JpZ2luX2VjtokenEXAMPLE=="}) {
    FakeRuntime fake;
    EchoTransport transport(code, 403);
    Credentials own{
        "AKIDEXAMPLE", Secret("wJalrXUtnFEMI"), Secret("IQoJb3JpZ2luX2VjtokenEXAMPLE=="), {}};
    AwsClient client(fake.runtime, transport, {}, [&] { return Result<Credentials>(own); });
    const auto answer =
        client.call(AwsCall::AssumeRole, {{"RoleArn", "r"},
                                          {"ExternalId", "blue/7"},
                                          {"TokenCode", "492039"},
                                          {"WebIdentityToken", "head.pay=load.sig"}});
    ASSERT_FALSE(answer);
    const std::string told = answer.error().code + answer.error().message +
                             client.made_calls()[0].outcome + client.made_calls()[0].subject;
    for (const char* secret : {"AKIDEXAMPLE", "wJalrXUtnFEMI", "IQoJb3JpZ2luX2Vj", "blue", "492039",
                               "pay", "second line"}) {
      EXPECT_EQ(told.find(secret), std::string::npos) << code << ": " << told;
    }
  }
}

TEST(AwsClient, TakesNoAnswerThatHoldsTheTokenItSent) {
  FakeRuntime fake;
  FakeTransport transport({page("the-session-token-that-was-sent", "")});
  AwsClient client(fake.runtime, transport, {}, [] {
    return Result<Credentials>(
        Credentials{"A", Secret("s"), Secret("the-session-token-that-was-sent"), {}});
  });
  EXPECT_FALSE(client.call(AwsCall::ListRoles));
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST(AwsClient, AsksSomebodySilentOnceOnly) {
  const HttpOutcome silence = tl::make_unexpected(HttpFailure{"timed out", true});
  std::deque<HttpOutcome> answers(11, silence);
  answers.push_back(error(400, "ValidationError"));
  answers.insert(answers.end(), 10, silence);
  Client one(answers);
  EXPECT_FALSE(one.client.call(AwsCall::ListRoles));
  EXPECT_EQ(one.transport.requests.size(), 10U);
  EXPECT_FALSE(one.client.call(AwsCall::ListRoles));
  EXPECT_EQ(one.transport.requests.size(), 11U);
  EXPECT_FALSE(one.client.call(AwsCall::ListRoles));  // Is answered.
  EXPECT_EQ(one.transport.requests.size(), 12U);
  EXPECT_FALSE(one.client.call(AwsCall::ListRoles));
  EXPECT_EQ(one.transport.requests.size(), 22U);
}

TEST(AwsClient, WaitsForSomebodySilentTwoMinutesAtMost) {
  Client one(std::deque<HttpOutcome>(20, tl::make_unexpected(HttpFailure{"timed out", true})));
  one.fake.runtime.wait = [&](std::chrono::milliseconds) { one.fake.now += 61; };
  EXPECT_FALSE(one.client.call(AwsCall::ListRoles));
  EXPECT_EQ(one.transport.requests.size(), 3U);
}

TEST(AwsClient, SaysThatThereAreNoCredentials) {
  FakeRuntime fake;
  FakeTransport transport;
  AwsClient client(fake.runtime, transport, {}, []() -> Result<Credentials> {
    return fail(DiagnosticCode::NoCredentials, "none", {}, "log in");
  });
  const auto answer = client.call(AwsCall::GetCallerIdentity);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::Credentials);
  EXPECT_EQ(answer.error().message, "none; log in");
  EXPECT_TRUE(transport.requests.empty());
}

}  // namespace
}  // namespace rolecall
