// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/aws_client.h"

namespace rolecall {

// Data that was needed but could not be read from AWS.
struct NotRead {
  std::string what{};    // `role deploy of account 444455556666`
  std::string why{};     // The reason, with the permission that was missing.
  std::string obtain{};  // An option that helps; may be empty.
  bool refused = false;  // AWS refused it for lack of a permission.
};

// Why a call gave no answer.
struct CallFailure {
  AwsFailure::Kind kind{};
  std::string code{};  // AWS's error code; empty without an answer.
  std::string why{};   // In words: `AWS refused iam:GetRole to profile ops`.
};
template <typename T>
using CallResult = tl::expected<T, CallFailure>;
// The result of a call, kept so that the call is not repeated.
using KnownAnswer = std::shared_ptr<const CallResult<AwsAnswer>>;

// Credentials, and the account and principal they belong to.
struct Access {
  std::string profile{};  // As the user named it; empty for the default credentials.
  std::string account{};  // Empty until identify().
  std::string arn{};      // ARN of their principal; empty until identify().
  AwsClient* client = nullptr;
  AnswerStore* store = nullptr;  // Answers of an earlier run; null: there are none.
  KnownAnswer user{};            // The answer of GetUser for their user; null: not asked.
};

// Why a call gave no answer, in words.
[[nodiscard]] std::string describe_failure(const Access& access, AwsCall call,
                                           const AwsFailure& failure);

// Asks AWS whose the credentials are, unless that is known. Fails as GetCallerIdentity does.
AwsResult<void> identify(Access& access);
// The same for long-term credentials of a user: one call of GetUser tells both whose they are and
// what the user is.
[[nodiscard]] AwsResult<void> identify_user(Access& access);

// Makes each call with the first of several accesses that is permitted to, and records what could
// not be read.
class Asker {
 public:
  // Borrows its arguments. REQUIRES: at least one access.
  Asker(std::vector<NotRead>& not_read, std::vector<const Access*> accesses)
      : not_read_(not_read), accesses_(std::move(accesses)) {}

  // The Region the calls go to; empty when it is not known.
  [[nodiscard]] const std::string& region() const {
    return accesses_.front()->client->settings().region;
  }
  // Does not record a failure.
  [[nodiscard]] CallResult<AwsAnswer> call(AwsCall call, const AwsParameters& parameters = {});
  // Nothing after a failure, which is recorded under `what`.
  [[nodiscard]] std::optional<AwsAnswer> ask(AwsCall call, const AwsParameters& parameters,
                                             const std::string& what);
  [[nodiscard]] std::optional<std::vector<AwsAnswer>> ask_pages(AwsCall call,
                                                                const AwsParameters& parameters,
                                                                const std::string& what);
  // Records a failure.
  void note(const CallFailure& failure, std::string what);
  void note(NotRead not_read) { not_read_.push_back(std::move(not_read)); }

 private:
  std::vector<NotRead>& not_read_;
  std::vector<const Access*> accesses_;
};

// The elements of a list in all pages of an answer.
[[nodiscard]] std::vector<JsonValue> elements_of(const std::vector<AwsAnswer>& pages,
                                                 std::string_view list);

}  // namespace rolecall
