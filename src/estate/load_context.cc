// SPDX-License-Identifier: Apache-2.0
#include "load_context.h"

#include <fmt/format.h>

namespace rolecall {

bool expect(LoadContext& context, const JsonValue& value, JsonKind kind, std::string_view what) {
  if (value.is(kind)) return true;
  if (!value.is(JsonKind::Null)) {
    context.diagnostics.error(DiagnosticCode::WrongType,
                              fmt::format("`{}` must be {}, not {}", what, json_kind_name(kind),
                                          json_kind_name(value.kind())),
                              value.span());
  }
  return false;
}

void report_null_entry(LoadContext& context, const JsonValue& entry, std::string_view list) {
  context.diagnostics.error(DiagnosticCode::MissingMember,
                            fmt::format("an entry of `{}` is null", list), entry.span(),
                            "export again");
}

std::string_view read_text(LoadContext& context, const JsonValue& value, std::string_view what) {
  return expect(context, value, JsonKind::String, what) ? value.string() : std::string_view();
}

std::optional<EpochSeconds> read_time(const JsonValue& value) {
  if (!value.is(JsonKind::String) && !value.is(JsonKind::Number)) return std::nullopt;
  return parse_time(value.scalar());
}

bool repeats_own_key(const JsonDocument& json, const JsonValue& object) {
  if (!object.is(JsonKind::Object) || !json.has_repeated_key_in(object.span())) return false;
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (json.has_repeated_key_in(it.key_span())) return true;
  }
  return false;
}

std::string format_place(const SourceTable& sources, Span at) {
  const Location place = sources.locate(at);
  return fmt::format("{}:{}", place.file, place.line);
}

}  // namespace rolecall
