// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rolecall/diagnose/error_text.h"
#include "rolecall/estate/estate_loader.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall::cli {

// What was given on the command line about the question. Empty means not given.
struct ExplainInputs {
  std::string pasted{};  // Positional: error text.
  std::string error_file{};
  std::string event_file{};
  std::string request_file{};
  std::string trust_policy_file{};
  std::vector<std::string> estate{};
  std::string from{};
  std::string to{};
  std::string action{};
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
};

// One question, put together from every input.
struct Question {
  AssumeRequest request{};
  std::optional<ErrorEvidence> evidence{};
};

// Reads the inputs into the estate and the questions: options count most, then the request file,
// then events, then error texts; a lower source only fills gaps, and where they differ a warning
// says so. Nothing when an input that was named cannot be read at all.
[[nodiscard]] std::optional<std::vector<Question>> gather_questions(const ExplainInputs& inputs,
                                                                    Estate& estate,
                                                                    Diagnostics& diagnostics);

}  // namespace rolecall::cli
