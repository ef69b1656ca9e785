// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rolecall/base/diagnostic.h"
#include "rolecall/base/json_writer.h"
#include "rolecall/base/source.h"

namespace rolecall {

// Writes `{"file": ..., "line": ..., "column": ...}`, or null when the place is unknown.
void write_place(JsonWriter& out, const SourceTable& sources, Span at);
// The same as a member.
void write_location(JsonWriter& out, std::string_view name, const SourceTable& sources, Span at);
// An element of `diagnostics`.
void write_diagnostic(JsonWriter& out, const SourceTable& sources, const Diagnostic& diagnostic);

// Writes JSON text in the writer's layout. Text that is not JSON is written as a string.
void write_json_text(JsonWriter& out, std::string_view text);

}  // namespace rolecall
