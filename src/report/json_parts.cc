// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.h"

#include "rolecall/base/json.h"

namespace rolecall {

namespace {

void write_value(JsonWriter& out, const JsonValue& value) {
  switch (value.kind()) {
    case JsonKind::String:
      out.string(value.string());
      break;
    case JsonKind::Array:
      out.begin_array();
      for (const JsonValue each : value) write_value(out, each);
      out.end_array();
      break;
    case JsonKind::Object:
      out.begin_object();
      for (auto it = value.begin(); it != value.end(); ++it) {
        out.key(it.key());
        write_value(out, *it);
      }
      out.end_object();
      break;
    default:
      out.raw(value.raw());
      break;
  }
}

}  // namespace

void write_json_text(JsonWriter& out, std::string_view text) {
  SourceTable sources;
  Diagnostics ignored;
  const auto json = parse_json(sources, sources.add({}, std::string(text)), ignored);
  if (json) {
    write_value(out, json->root());
  } else {
    out.string(text);
  }
}

void write_place(JsonWriter& out, const SourceTable& sources, Span at) {
  if (!at.known()) {
    out.null();
    return;
  }
  const Location location = sources.locate(at);
  out.begin_object();
  out.member("file", location.file);
  out.member("line", std::int64_t{location.line});
  out.member("column", std::int64_t{location.column});
  out.end_object();
}

void write_location(JsonWriter& out, std::string_view name, const SourceTable& sources, Span at) {
  out.key(name);
  write_place(out, sources, at);
}

void write_diagnostic(JsonWriter& out, const SourceTable& sources, const Diagnostic& diagnostic) {
  out.begin_object();
  out.member("code", format_code(diagnostic.code));
  out.member("severity", severity_name(diagnostic.severity));
  out.member("message", diagnostic.message);
  out.member_or_null("help", diagnostic.help);
  write_location(out, "at", sources, diagnostic.where);
  out.end_object();
}

}  // namespace rolecall
