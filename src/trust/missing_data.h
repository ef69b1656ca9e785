// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// The command that fetches the export of an account.
[[nodiscard]] std::string export_command(std::string_view account);
// The command that fetches a document that PolicyRef::label calls so; empty where none does.
[[nodiscard]] std::string document_command(std::string_view label);

// Everything the gates lacked: kinds of data that were not supplied, holes in what was, each with
// the command that fetches it.
[[nodiscard]] std::vector<MissingDatum> list_missing_data(const AssumeRequest& request,
                                                          const AssumeDecision& decision);

}  // namespace rolecall
