// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rolecall/trail/question.h"

namespace rolecall::cli {

// Redacts the files of an estate and the questions of `in` about it: replaces account ids, names
// and tags. Returns the texts by file name: `estate/...`, `request.json`, `request-2.json`, ...
// Each question is decided again with the result; fails when the answer is not the same.
[[nodiscard]] Result<std::map<std::string, std::string>> redact_case(
    const std::map<std::string, std::string>& files, const QuestionInputs& in);

}  // namespace rolecall::cli
