// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "rolecall/trail/question.h"

#include "cli/console.h"

namespace rolecall::cli {

// The options that describe a question and its estate.
void declare_question(CLI::App& app, QuestionInputs& in);
// The parameters of an AssumeRole call, except those of MFA.
void declare_call_parameters(CLI::App& app, QuestionInputs& in);
// The options that limit how much is read.
void declare_limits(CLI::App& app, LoadLimits& limits);
void declare_json_limits(CLI::App& app, JsonLimits& limits, const std::string& document = "file");
constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);
// Checks that the value of an option is a whole number, at most `most`.
[[nodiscard]] CLI::Validator whole_number(std::size_t most);

// Checks that the value of an option is not empty.
[[nodiscard]] CLI::Validator not_empty();

struct UsageFault {
  std::string message{};
  std::string help{};
};
// An option or argument, and the file it names.
struct NamedInput {
  std::string_view option{};
  std::string_view file{};
};
// A fault when more than one of the inputs is standard input.
[[nodiscard]] std::optional<UsageFault> find_stdin_fault(std::span<const NamedInput> inputs);

// What is wrong with the combination of options: no question, standard input used twice, options
// that exclude each other. The help names `command`. `caller_known`: the options need not name the
// caller. `found_out`: they need not ask a question.
[[nodiscard]] std::optional<UsageFault> find_usage_fault(const QuestionInputs& in,
                                                         std::string_view command,
                                                         bool caller_known = false,
                                                         bool found_out = false);

// Calls gather_questions(), shows the progress on a terminal, and prints the diagnostics; with
// `quiet`, only when there is no question. Of faults in documents that belong neither to the caller
// nor to the role, a few are printed and the others counted.
[[nodiscard]] std::optional<std::vector<Question>> read_questions(const QuestionInputs& in,
                                                                  Estate& estate,
                                                                  Diagnostics& diagnostics,
                                                                  bool quiet, Console& console);

}  // namespace rolecall::cli
