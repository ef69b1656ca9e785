// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/json_writer.h"
#include "rolecall/reach/residual.h"

namespace rolecall {

// The residual condition in words: `with MFA and external ID is ...`. Empty when it always holds.
// Not escaped.
[[nodiscard]] std::string describe_residual(const ResidualTable& table, ResidualId id);

// The residual condition as `condition` of docs/schema/who-1.json.
void write_residual_json(JsonWriter& out, const ResidualTable& table, ResidualId id);

}  // namespace rolecall
