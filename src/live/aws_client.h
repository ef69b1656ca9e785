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

// The parameters of a call, with the names of the API: `RoleName`, `TargetId`.
using AwsParameters = std::vector<std::pair<std::string, std::string>>;

// Returns credentials that are valid for some minutes more; empty ones for calls that are not
// signed.
using CredentialSource = std::function<Result<Credentials>()>;

// A call that was made, for a listing.
struct MadeCall {
  AwsCall call{};
  std::string subject{};  // The first parameter's value.
  int attempts = 0;
  std::string outcome{};  // `answered`, or the error.
};

// Calls AWS with the credentials of one source. Safe from several threads.
//
// When AWS throttles, is busy or cannot be reached, a call is repeated: at most
// `settings.max_attempts` attempts, with waits of 0.1 s, 0.2 s, 0.4 s, ... times a random number,
// at most 20 s (exponential backoff with full jitter, "Retry behavior" of the AWS SDKs and Tools
// Reference Guide). An endpoint that never answers is given up after two minutes; further calls to
// it get one attempt. A call that AWS refused, or whose subject does not exist, is not made again.
// Messages of failures do not contain secrets that were sent.
class AwsClient {
 public:
  // Borrows its arguments.
  AwsClient(const AwsRuntime& runtime, HttpTransport& transport, AwsSettings settings,
            CredentialSource credentials);

  // One page. Answers in `store` are used instead of calls; it may be null.
  [[nodiscard]] AwsResult<AwsAnswer> call(AwsCall call, const AwsParameters& parameters = {},
                                          AnswerStore* store = nullptr);
  // All pages, in order, or a failure.
  [[nodiscard]] AwsResult<std::vector<AwsAnswer>> call_pages(AwsCall call,
                                                             const AwsParameters& parameters = {},
                                                             AnswerStore* store = nullptr);

  [[nodiscard]] const AwsSettings& settings() const { return settings_; }
  // The calls made so far, in the order in which they ended.
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
  mutable std::mutex mutex_;  // Guards the members below.
  std::vector<MadeCall> made_;
  std::set<std::string> silent_;                // Endpoints that did not answer any attempt.
  std::map<std::string, AwsFailure> failures_;  // Of calls that would fail again.
};

}  // namespace rolecall
