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

// A JSON value of an estate file together with what is known about where it comes from. Its
// JsonDocument must outlive it.
struct EstateDocument {
  const JsonDocument* json = nullptr;
  JsonValue value;
  std::string_view file{};           // As it is named in messages.
  std::string_view named_account{};  // Twelve digits the file's name begins with, or empty.
};

// Whether `value` is of this kind. Anything else is an error that names it by `what`, except null,
// which counts as absent.
bool expect(LoadContext& context, const JsonValue& value, JsonKind kind, std::string_view what);
// Says that an entry of a list, which stands for somebody, is null.
void report_null_entry(LoadContext& context, const JsonValue& entry, std::string_view list);
// The text of a string; empty after an error, and for null.
[[nodiscard]] std::string_view read_text(LoadContext& context, const JsonValue& value,
                                         std::string_view what);
// A date as the clients of AWS write it; nothing when it is none.
[[nodiscard]] std::optional<EpochSeconds> read_time(const JsonValue& value);
// Whether a key of the object itself, not of what is in it, occurs twice.
[[nodiscard]] bool repeats_own_key(const JsonDocument& json, const JsonValue& object);
// `estate/organization.json:12`.
[[nodiscard]] std::string format_place(const SourceTable& sources, Span at);

}  // namespace rolecall
