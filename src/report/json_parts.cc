// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.h"

namespace rolecall {

void write_location(JsonWriter& out, std::string_view name, const SourceTable& sources, Span at) {
  if (!at.known()) {
    out.member_null(name);
    return;
  }
  const Location location = sources.locate(at);
  out.key(name);
  out.begin_object();
  out.member("file", location.file);
  out.member("line", std::int64_t{location.line});
  out.member("column", std::int64_t{location.column});
  out.end_object();
}

}  // namespace rolecall
