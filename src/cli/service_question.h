// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/trail/question.h"

#include "cli/console.h"
#include "cli/live_state.h"
#include "live/access.h"

namespace rolecall::cli {

// `--service KIND NAME`: what uses the roles that are asked about.
void declare_service(CLI::App& app, std::vector<std::string>& service);
// What is wrong with the options beside it.
[[nodiscard]] std::optional<UsageFault> find_service_fault(const LiveOptions& options,
                                                           const QuestionInputs& in);
// Makes a question of each role that is used: whether the caller of `in`, or else of the first
// access with an ARN, may pass it. What could not be read is returned; nothing where there is no
// role, which has been printed.
[[nodiscard]] std::optional<std::vector<Unknown>> ask_for_service(
    const std::vector<const Access*>& accesses, const std::vector<std::string>& service,
    QuestionInputs& in, Console& console);

}  // namespace rolecall::cli
