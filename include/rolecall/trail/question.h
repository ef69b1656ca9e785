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

// What was given about the question, as on a command line. Empty means not given; a file named `-`
// is standard input, which can be read once only.
struct QuestionInputs {
  std::string pasted{};                  // Error text itself.
  std::vector<ErrorEvidence> denials{};  // Of error text that was read while it was written.
  std::string error_file{};
  std::string event_file{};
  std::string request_file{};
  std::string trust_policy_file{};
  std::vector<std::string> estate{};
  std::string from{};
  std::string to{};
  std::string action{};
  // Questions that were found out: each is one, below the options. No event is read beside them.
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
  FileTexts texts{};  // Read in place of the files of these paths.
};

// One question, put together from every input.
struct Question {
  AssumeRequest request{};
  std::optional<ErrorEvidence> evidence{};
};

// Reads the inputs into the estate and the questions: options count most, then the request file,
// then events, then error texts; a lower source only fills gaps, and where they differ a warning
// says so. A log gives one question for each denial; with a request file, or with caller and role,
// there is one question, and of the log only what is about that call counts. Nothing when an input
// that was named cannot be read at all.
[[nodiscard]] std::optional<std::vector<Question>> gather_questions(const QuestionInputs& inputs,
                                                                    Estate& estate,
                                                                    Diagnostics& diagnostics);

}  // namespace rolecall
