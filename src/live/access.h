// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/aws_client.h"

namespace rolecall {

// Something that was wanted and not read.
struct NotRead {
  std::string what{};    // `role deploy of account 444455556666`
  std::string why{};     // With the permission that was missing.
  std::string obtain{};  // An option; may be empty.
  bool refused = false;  // By AWS, for want of a permission.
};

// Why a call gave no answer.
struct CallFailure {
  AwsFailure::Kind kind{};
  std::string code{};  // As AWS names it; empty without an answer.
  std::string why{};   // For a person: `AWS refused iam:GetRole to profile ops`.
};
template <typename T>
using CallResult = tl::expected<T, CallFailure>;
// What one call came to, for whoever asks next.
using KnownAnswer = std::shared_ptr<const CallResult<AwsAnswer>>;

// Credentials that lead to an account.
struct Access {
  std::string profile{};  // As it was named; empty for the default credentials.
  std::string account{};  // Empty: was not asked yet.
  std::string arn{};      // Who they are.
  AwsClient* client = nullptr;
  AnswerStore* store = nullptr;  // Of an earlier run; null: there is none.
  KnownAnswer user{};            // What GetUser says of who they are; null: was not asked.
};

// Why a call gave no answer, for a person.
[[nodiscard]] std::string describe_failure(const Access& access, AwsCall call,
                                           const AwsFailure& failure);

// Asks whose the credentials are, unless that is known. The failure is that of GetCallerIdentity.
AwsResult<void> identify(Access& access);
// The same of credentials that are a user's own: one call tells whose they are and what is to be
// known of the user.
[[nodiscard]] AwsResult<void> identify_user(Access& access);

// Calls through the first of `accesses` that may, and notes what could not be read.
class Asker {
 public:
  // What is borrowed outlives the asker. REQUIRES: at least one access.
  Asker(std::vector<NotRead>& not_read, std::vector<const Access*> accesses)
      : not_read_(not_read), accesses_(std::move(accesses)) {}

  // Where the calls go; empty when it is not known.
  [[nodiscard]] const std::string& region() const {
    return accesses_.front()->client->settings().region;
  }
  // A failure is not noted.
  [[nodiscard]] CallResult<AwsAnswer> call(AwsCall call, const AwsParameters& parameters = {});
  // Nothing after a failure, which is noted under `what`.
  [[nodiscard]] std::optional<AwsAnswer> ask(AwsCall call, const AwsParameters& parameters,
                                             const std::string& what);
  [[nodiscard]] std::optional<std::vector<AwsAnswer>> ask_pages(AwsCall call,
                                                                const AwsParameters& parameters,
                                                                const std::string& what);
  void note(const CallFailure& failure, std::string what);
  void note(NotRead not_read) { not_read_.push_back(std::move(not_read)); }

 private:
  std::vector<NotRead>& not_read_;
  std::vector<const Access*> accesses_;
};

// The elements of a list that is spread over pages.
[[nodiscard]] std::vector<JsonValue> elements_of(const std::vector<AwsAnswer>& pages,
                                                 std::string_view list);

}  // namespace rolecall
