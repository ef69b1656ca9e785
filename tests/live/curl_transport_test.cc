// SPDX-License-Identifier: Apache-2.0
#include "live/curl_transport.h"

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/base/json_writer.h"

#include "live/aws_client.h"
#include "live/fake_transport.h"
#include "live/process.h"
#include "support/loopback_server.h"
#include "support/paths.h"
#include "support/test_folder.h"

namespace rolecall {
namespace {

std::unique_ptr<HttpTransport> transport_with(CurlSettings settings = {}) {
  auto made = make_curl_transport(std::move(settings));
  if (!made) throw std::runtime_error(made.error().message);
  return *std::move(made);
}

TEST(CurlTransport, SendsRequestsOverOneConnection) {
  const LoopbackServer server([](const ServedRequest& request) {
    return ServedAnswer{request.path == "/" ? 200 : 404, request.method + request.body};
  });
  const auto transport = transport_with();
  HttpRequest request;
  request.endpoint = server.url();
  request.headers = {{"X-Amz-Target", "a.b"}};
  request.body = "a=b";
  const auto first = transport->send(request);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(first->body, "POSTa=b");
  request.method = "GET";
  request.path = "/x";
  const auto second = transport->send(request);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 404);
  EXPECT_EQ(second->body, "GET");
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.requests()[0].header("X-Amz-Target"), "a.b");
}

TEST(CurlTransport, KeepsThePathAndReadsTheTypeOfAnError) {
  const LoopbackServer server([](const ServedRequest&) {
    return ServedAnswer{404, "{}", false, "X-Amzn-ErrorType: ResourceNotFoundException\r\n"};
  });
  HttpRequest request;
  request.endpoint = server.url();
  request.method = "GET";
  request.path = "/functions/../configuration";
  const auto answer = transport_with()->send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_type, "ResourceNotFoundException");
  EXPECT_EQ(server.requests()[0].path, "/functions/../configuration");
}

TEST(CurlTransport, TellsWhatMayPassFromWhatDoesNot) {
  const LoopbackServer server([](const ServedRequest& request) {
    if (request.path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return ServedAnswer{200, "0123456789", request.path == "/cut"};
  });
  const auto transport = transport_with();
  HttpRequest request;
  request.endpoint = server.url();
  request.timeout = std::chrono::milliseconds(100);
  for (const char* path : {"/cut", "/slow"}) {
    request.path = path;
    const auto answer = transport->send(request);
    ASSERT_FALSE(answer) << path;
    EXPECT_TRUE(answer.error().may_pass) << path;
  }
  request.endpoint = "file:///etc";
  const auto other = transport->send(request);
  ASSERT_FALSE(other);
  EXPECT_FALSE(other.error().may_pass);
}

TEST(CurlTransport, GoesThroughTheProxyUnlessTheHostIsExempt) {
  const LoopbackServer proxy([](const ServedRequest&) { return ServedAnswer{200, "proxy"}; });
  const LoopbackServer server([](const ServedRequest&) { return ServedAnswer{200, "server"}; });
  HttpRequest request;
  request.endpoint = server.url();
  const auto body = [&](CurlSettings settings) {
    const auto answer = transport_with(std::move(settings))->send(request);
    return answer ? answer->body : answer.error().message;
  };
  EXPECT_EQ(body({.http_proxy = proxy.url()}), "proxy");
  EXPECT_EQ(body({.http_proxy = proxy.url(), .no_proxy = "127.0.0.1"}), "server");
  request.direct = true;
  EXPECT_EQ(body({.http_proxy = proxy.url()}), "server");
}

TEST(CurlTransport, TellsNoPasswordOfAProxy) {
  HttpRequest request;
  request.endpoint = "http://127.0.0.1:1";
  for (const char* proxy : {"what://me:sesame@127.0.0.1:1", "socks9://me:sesame@127.0.0.1:1",
                            "http://me:sesame@127.0.0.1:x", "http://me:sesame@[::1"}) {
    const auto answer = transport_with({.http_proxy = proxy})->send(request);
    ASSERT_FALSE(answer) << proxy;
    EXPECT_EQ(answer.error().message.find("sesame"), std::string::npos) << answer.error().message;
  }
}

TEST(CurlTransport, StopsReadingWhatIsTooLarge) {
  const LoopbackServer server([](const ServedRequest&) {
    return ServedAnswer{200, std::string((std::size_t{64} << 20) + 1, 'x')};
  });
  HttpRequest request;
  request.endpoint = server.url();
  const auto answer = transport_with()->send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "the answer is too large");
}

TEST(CurlTransport, ServesSeveralThreads) {
  const LoopbackServer server([](const ServedRequest& request) {
    return ServedAnswer{200, request.body};
  });
  const auto transport = transport_with();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        HttpRequest request;
        request.endpoint = server.url();
        request.body = std::to_string(t * 100 + i);
        const auto answer = transport->send(request);
        if (answer && answer->body == request.body) ++good;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(good, 80);
  EXPECT_LE(server.connections(), 4U);
}

// One line for each request: what tests/live/botocore_sign.py signs again.
std::string as_line(const ServedRequest& request, const std::string& url, AwsService service) {
  JsonWriter out(0);
  out.begin_object();
  out.member("method", request.method);
  out.member("url", url + request.path);
  out.member("service", service_row(service).name);
  out.member("region", "us-east-1");
  out.member("body", request.body);
  out.key("headers");
  out.begin_object();
  for (const char* name : {"Content-Type", "X-Amz-Target"}) {
    const std::string value = request.header(name);
    if (!value.empty()) out.member(name, value);
  }
  out.end_object();
  out.member("date", request.header("X-Amz-Date"));
  out.member("authorization", request.header("Authorization"));
  out.member("sent_token", request.header("X-Amz-Security-Token"));
  out.end_object();
  out.end_line();
  return out.text();
}

// Every call of the table, as it goes over the wire, with long-term keys and with a session token.
TEST(AwsClient, SignsEveryCallAsBotocoreDoes) {
  const std::string python = ROLECALL_BOTOCORE_PYTHON;
  if (python.empty()) {
    const char* const ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") FAIL() << "botocore is not installed";
    GTEST_SKIP() << "no Python with botocore: install python3-botocore";
  }
  const LoopbackServer server([](const ServedRequest& request) {
    return ServedAnswer{
        200, request.header("X-Amz-Target").empty() ? "<AResponse><AResult/></AResponse>" : "{}"};
  });
  const auto transport = transport_with();
  const FakeRuntime fake(Variables{{"AWS_ENDPOINT_URL", server.url()}});
  const TestFolder folder;
  for (const char* token : {"", "IQoJb3JpZ2luX2VjEXAMPLE/token+=="}) {
    std::string lines;
    Credentials credentials = example_credentials();
    credentials.session_token = Secret(token);
    AwsClient client(fake.runtime, *transport, AwsSettings{.max_attempts = 1},
                     [&] { return Result<Credentials>(credentials); });
    for (const AwsCallRow& row : call_table()) {
      if (row.call == AwsCall::AssumeRoleWithWebIdentity) continue;  // Is not signed.
      // The answers are those of no call, which does not matter here.
      static_cast<void>(client.call(row.call, {{"RoleName", "a b/ä=&+~"}, {"MaxResults", "20"}}));
      lines += as_line(server.requests().back(), server.url(), row.service);
    }
    const std::string file = folder.write("requests.jsonl", lines);
    const auto checked =
        run_process({python, repository_path("tests/live/botocore_sign.py"), file, token},
                    std::chrono::seconds(60));
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(*checked, fmt::format("{} signatures agree\n", call_table().size() - 1));
  }
}

}  // namespace
}  // namespace rolecall
