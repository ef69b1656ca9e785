// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/base/result.h"

namespace rolecall {

// Why a call of AWS gave no answer.
struct AwsFailure {
  enum class Kind : std::uint8_t {
    Refused,      // AWS says that the caller may not.
    Missing,      // What was asked for does not exist.
    Credentials,  // There are none, or they are no longer good.
    Unreached,    // No answer, or none that can be read, after all attempts.
    Other,
  };
  Kind kind = Kind::Other;
  std::string code{};     // As AWS names it: `NoSuchEntity`; empty without an answer.
  std::string message{};  // One line, from outside.
};

template <typename T>
using AwsResult = tl::expected<T, AwsFailure>;

// What AWS answered, as JSON with the member names that the AWS CLI prints, whatever the protocol.
class AwsAnswer {
 public:
  // Nothing when the text is not one JSON document.
  [[nodiscard]] static std::optional<AwsAnswer> parse(std::string json);
  // Valid as long as the answer.
  [[nodiscard]] JsonValue root() const { return json_->root(); }

 private:
  std::unique_ptr<SourceTable> sources_;
  std::unique_ptr<JsonDocument> json_;
};

// The XML answer to a Query call of this action as JSON text. Nothing when it is no XML, is cut
// off, or answers something else.
[[nodiscard]] std::optional<std::string> xml_to_json(std::string_view xml, std::string_view action);

struct AwsErrorText {
  std::string code{};
  std::string message{};
};
// What the body of an answer other than 200 says, in any protocol; members are empty when it does
// not say it. `type` is what the header X-Amzn-ErrorType says, which counts where the body says
// nothing.
[[nodiscard]] AwsErrorText read_aws_error(std::string_view body, std::string_view type = {});

}  // namespace rolecall
