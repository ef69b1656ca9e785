// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/result.h"

#include "live/answer_store.h"
#include "live/aws_answer.h"
#include "live/aws_call.h"
#include "live/aws_runtime.h"
#include "live/aws_settings.h"
#include "live/credentials.h"
#include "live/http.h"

namespace rolecall {

// Names and values of a call, as the API has them: `RoleName`, `TargetId`.
using AwsParameters = std::vector<std::pair<std::string, std::string>>;

// Gives credentials that are good for some minutes; empty ones for calls that are not signed.
using CredentialSource = std::function<Result<Credentials>()>;

// A call that was made, for a person to read.
struct MadeCall {
  AwsCall call{};
  std::string subject{};  // The first parameter's value.
  int attempts = 0;
  std::string outcome{};  // `answered`, or the error.
};

// Calls AWS with the credentials of one source. Safe from several threads at once. Waits and tries
// again when AWS is throttling, busy or not reached: at most `settings.max_attempts` times, for
// 0.1 s, 0.2 s, 0.4 s, ... times a random number, at most 20 s (exponential backoff with full
// jitter, "Retry behavior" of the AWS SDKs and Tools Reference Guide). Where nobody answered at all
// it stops after two minutes, and makes one attempt for each further call there. What AWS says of a
// failure is told without what was sent to it in confidence. What AWS refused, or does not have, is
// not asked again.
class AwsClient {
 public:
  // What is borrowed outlives the client.
  AwsClient(const AwsRuntime& runtime, HttpTransport& transport, AwsSettings settings,
            CredentialSource credentials);

  // One page. What `store` holds is not asked again; null: there is none.
  [[nodiscard]] AwsResult<AwsAnswer> call(AwsCall call, const AwsParameters& parameters = {},
                                          AnswerStore* store = nullptr);
  // Every page, in order; all of them or a failure.
  [[nodiscard]] AwsResult<std::vector<AwsAnswer>> call_pages(AwsCall call,
                                                             const AwsParameters& parameters = {},
                                                             AnswerStore* store = nullptr);

  [[nodiscard]] const AwsSettings& settings() const { return settings_; }
  // In the order in which they ended.
  [[nodiscard]] std::vector<MadeCall> made_calls() const;

 private:
  struct Attempt;
  [[nodiscard]] Attempt attempt(const AwsCallRow& row, const AwsParameters& parameters,
                                HttpRequest request, const AwsEndpoint& endpoint);
  [[nodiscard]] static Attempt read_answer(const AwsCallRow& row, HttpResponse response,
                                           const std::vector<std::string_view>& secrets);
  void pause(int attempts);
  [[nodiscard]] int most_attempts(const std::string& endpoint) const;
  void note(MadeCall made, const std::string& endpoint, bool silent);
  [[nodiscard]] std::optional<AwsFailure> find_failure(const std::string& key) const;
  [[nodiscard]] AwsResult<AwsAnswer> ask(const AwsCallRow& row, const AwsParameters& parameters,
                                         const std::string& key);
  [[nodiscard]] AwsResult<std::vector<AwsAnswer>> read_pages(const AwsCallRow& row,
                                                             const AwsParameters& parameters,
                                                             AnswerStore* store);

  const AwsRuntime& runtime_;
  HttpTransport& transport_;
  AwsSettings settings_;
  CredentialSource credentials_;
  mutable std::mutex mutex_;  // For what follows.
  std::vector<MadeCall> made_;
  std::set<std::string> silent_;  // Endpoints where nobody answered, all attempts long.
  std::map<std::string, AwsFailure> failures_;  // Of calls that would fail again.
};

}  // namespace rolecall
