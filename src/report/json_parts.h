// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/source.h"

namespace rolecall {

// `{"file": ..., "line": ..., "column": ...}`, or null when the place is not known.
void write_location(JsonWriter& out, std::string_view name, const SourceTable& sources, Span at);

}  // namespace rolecall
