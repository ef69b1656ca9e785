// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rolecall/trail/question.h"

namespace rolecall::cli {

// The files of an estate and the questions of `in`, which is asked of them, without account ids,
// names and tags: `estate/...` and `request.json`, `request-2.json`, ... by name. Each question is
// asked again of what came out; fails when one is not answered as before.
[[nodiscard]] Result<std::map<std::string, std::string>> redact_case(
    const std::map<std::string, std::string>& files, const QuestionInputs& in);

}  // namespace rolecall::cli
