// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.h"

namespace rolecall {

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
