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
    Refused,      // The caller lacks a permission.
    Missing,      // The requested entity does not exist.
    Credentials,  // There are none, or they are no longer valid.
    Unreached,    // No readable answer after all attempts.
    Other,
  };
  Kind kind = Kind::Other;
  std::string code{};     // AWS's error code: `NoSuchEntity`; empty without an answer.
  std::string message{};  // AWS's message on one line; not escaped.
};

template <typename T>
using AwsResult = tl::expected<T, AwsFailure>;

// An answer of AWS as JSON, with the member names that the AWS CLI prints, for every protocol.
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

// Converts the XML answer to a Query call of this action to JSON text. Nothing when it is not XML,
// is cut off, or answers another action.
[[nodiscard]] std::optional<std::string> xml_to_json(std::string_view xml, std::string_view action);

struct AwsErrorText {
  std::string code{};
  std::string message{};
};
// Reads the error in the body of an answer with a status other than 200, in any protocol. Members
// that it does not have are empty. `type` is the header X-Amzn-ErrorType, used when the body has no
// code.
[[nodiscard]] AwsErrorText read_aws_error(std::string_view body, std::string_view type = {});

}  // namespace rolecall
