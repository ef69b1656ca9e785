// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "live/aws_runtime.h"
#include "live/credentials.h"
#include "live/http.h"

namespace rolecall {

using HttpOutcome = tl::expected<HttpResponse, HttpFailure>;

// Answers from a list, in order, and keeps what it was asked.
class FakeTransport : public HttpTransport {
 public:
  explicit FakeTransport(std::deque<HttpOutcome> answers = {}) : answers_(std::move(answers)) {}

  HttpOutcome send(const HttpRequest& request) override {
    requests.push_back(request);
    if (answers_.empty()) return tl::make_unexpected(HttpFailure{"nothing is left", false});
    HttpOutcome next = answers_.front();
    answers_.pop_front();
    return next;
  }

  std::vector<HttpRequest> requests{};

 private:
  std::deque<HttpOutcome> answers_;
};

using Variables = std::map<std::string, std::string, std::less<>>;

// A runtime that stands still, never sleeps and has no files; what it waited is kept.
struct FakeRuntime {
  explicit FakeRuntime(Variables variables = {}, std::string_view config = {},
                       std::string_view credentials = {}) {
    variables.try_emplace("AWS_EC2_METADATA_DISABLED", "true");
    runtime.environment = Environment(std::move(variables));
    runtime.profiles = AwsProfiles(config, credentials, diagnostics);
    runtime.now = [this] { return now; };
    runtime.wait = [this](std::chrono::milliseconds time) { waits.push_back(time.count()); };
    runtime.random = [] { return 0.5; };
  }
  FakeRuntime(const FakeRuntime&) = delete;
  FakeRuntime& operator=(const FakeRuntime&) = delete;

  EpochSeconds now = 1'440'938'160;  // 2015-08-30T12:36:00Z
  std::vector<long> waits{};
  Diagnostics diagnostics{};
  AwsRuntime runtime{};
};

inline Credentials example_credentials() {
  return {"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret(), {}};
}

}  // namespace rolecall
