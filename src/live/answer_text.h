// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/base/json_writer.h"

namespace rolecall {

// Copies a value of an answer. Policy documents, which IAM returns URL-encoded and Organizations as
// text, become objects, as the AWS CLI writes them; one that cannot be read stays as it is.
void copy_answer(JsonWriter& out, const JsonValue& value);
// Copies the members of an object. REQUIRES: an object is open in `out`.
void copy_members(JsonWriter& out, const JsonValue& object);
// The same JSON, indented. REQUIRES: `json` is one JSON value.
[[nodiscard]] std::string indent_json(const std::string& json);

}  // namespace rolecall
