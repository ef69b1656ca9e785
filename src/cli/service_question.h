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

// `--service KIND NAME`, which names a resource whose roles are asked about.
void declare_service(CLI::App& app, std::vector<std::string>& service);
// What is wrong with its combination with other options.
[[nodiscard]] std::optional<UsageFault> find_service_fault(const LiveOptions& options,
                                                           const QuestionInputs& in);
// Adds a question to `in` for each role that the resource uses: whether the caller of `in`, or else
// the principal of the first access that has an ARN, may pass it. Returns what could not be read;
// nothing when there are no roles, which has been printed.
[[nodiscard]] std::optional<std::vector<Unknown>> ask_for_service(
    const std::vector<const Access*>& accesses, const std::vector<std::string>& service,
    QuestionInputs& in, Console& console);

}  // namespace rolecall::cli
