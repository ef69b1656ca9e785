// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rolecall/base/json.h"
#include "rolecall/base/time.h"
#include "rolecall/estate/estate.h"

namespace rolecall {

// What every loader of the estate layer works on.
struct LoadContext {
  Estate& estate;
  Diagnostics& diagnostics;
  JsonLimits limits{};
};

// A JSON value of an estate file. Its JsonDocument must outlive it.
struct EstateDocument {
  const JsonDocument* json = nullptr;
  JsonValue value;
  std::string_view file{};           // The file's name in messages.
  std::string_view named_account{};  // The account id that the file's name begins with, or empty.
};

// Whether `value` is of this kind. Reports any other value, calling it `what`, except null, which
// counts as absent.
bool expect(LoadContext& context, const JsonValue& value, JsonKind kind, std::string_view what);
// Reports a null entry of a list of entities.
void report_null_entry(LoadContext& context, const JsonValue& entry, std::string_view list);
// The text of a string; empty after an error, and for null.
[[nodiscard]] std::string_view read_text(LoadContext& context, const JsonValue& value,
                                         std::string_view what);
// A time in any form that AWS's clients write; nothing for other values.
[[nodiscard]] std::optional<EpochSeconds> read_time(const JsonValue& value);
// Whether the object repeats one of its own keys; those of values in it do not count.
[[nodiscard]] bool repeats_own_key(const JsonDocument& json, const JsonValue& object);
// `estate/organization.json:12`.
[[nodiscard]] std::string format_place(const SourceTable& sources, Span at);

}  // namespace rolecall
