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

// The options that say what is asked, and about which estate.
void declare_question(CLI::App& app, QuestionInputs& in);
// The parameters of an AssumeRole call, less those of MFA.
void declare_call_parameters(CLI::App& app, QuestionInputs& in);
// How much is read of files.
void declare_limits(CLI::App& app, LoadLimits& limits);
void declare_json_limits(CLI::App& app, JsonLimits& limits, const std::string& document = "file");
constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);
// For options whose value is a count; `most` is the highest.
[[nodiscard]] CLI::Validator whole_number(std::size_t most);

// For options whose value is some text.
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
// Standard input can be read by one of them only.
[[nodiscard]] std::optional<UsageFault> find_stdin_fault(std::span<const NamedInput> inputs);

// What is wrong with the options as a whole: nothing asked, standard input read twice, options
// that exclude each other. `command` is the one whose help is named.
// With `caller_known` the caller need not be among them, with `found_out` nothing that is asked.
[[nodiscard]] std::optional<UsageFault> find_usage_fault(const QuestionInputs& in,
                                                         std::string_view command,
                                                         bool caller_known = false,
                                                         bool found_out = false);

// The questions that the options ask, as gather_questions() puts them together. Tells on a
// terminal how far reading is, and prints what was found amiss; where `quiet`, only what left no
// question. Of faults in documents of others than caller and role a few are printed, and counted.
[[nodiscard]] std::optional<std::vector<Question>> read_questions(const QuestionInputs& in,
                                                                  Estate& estate,
                                                                  Diagnostics& diagnostics,
                                                                  bool quiet, Console& console);

}  // namespace rolecall::cli
