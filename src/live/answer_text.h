// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/base/json_writer.h"

namespace rolecall {

// Copies a value of an answer. Policy documents, which IAM encodes for URLs and Organizations puts
// into a text, become the objects they are, as the AWS CLI writes them; one that cannot be read
// stays as it is.
void copy_answer(JsonWriter& out, const JsonValue& value);
// The members of an object, into one that is open.
void copy_members(JsonWriter& out, const JsonValue& object);
// The same text, indented for people. REQUIRES: one JSON value.
[[nodiscard]] std::string indent_json(const std::string& json);

}  // namespace rolecall
