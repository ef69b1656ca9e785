// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rolecall/diagnose/error_text.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// The inputs that describe a question, as on a command line. Empty means not given. A file named
// `-` is standard input, which only one of them can be.
struct QuestionInputs {
  std::string pasted{};                  // An error text.
  std::vector<ErrorEvidence> denials{};  // Found already in an error text (DenialStream).
  std::string error_file{};
  std::string event_file{};
  std::string request_file{};
  std::string trust_policy_file{};
  std::vector<std::string> estate{};
  std::string from{};
  std::string to{};
  std::string action{};
  // Requests found in another way, such as those of a service's configuration. Each is a question
  // of its own, which the options complete. No event is read then.
  std::vector<AssumeRequest> asked{};
  std::string external_id{};
  std::string session_name{};
  std::optional<std::int64_t> duration{};
  std::vector<std::string> tags{};  // KEY=VALUE
  std::vector<std::string> transitive_tags{};
  std::string source_identity{};
  std::string session_policy_file{};
  bool mfa = false;
  std::string token_file{};
  std::string source_ip{};
  std::string vpc_endpoint{};
  std::string region{};
  std::vector<std::string> context{};  // KEY=VALUE
  LoadLimits limits{};
  FileTexts texts{};  // Used instead of the contents of files.
};

// One question, assembled from all inputs.
struct Question {
  AssumeRequest request{};
  std::optional<ErrorEvidence> evidence{};
};

// Reads the estate and assembles the questions. Options take precedence, then the request file,
// then events, then error texts: a lower source only fills gaps, and a warning reports where they
// differ. A log gives one question for each denial. With a request file, or with caller and role
// given, there is a single question, and of a log only what is about that call is used. Nothing
// when an input cannot be read at all.
[[nodiscard]] std::optional<std::vector<Question>> gather_questions(const QuestionInputs& inputs,
                                                                    Estate& estate,
                                                                    Diagnostics& diagnostics);

}  // namespace rolecall
