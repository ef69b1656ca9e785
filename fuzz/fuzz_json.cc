// SPDX-License-Identifier: Apache-2.0
// JSON is read or refused with a place inside the text; the fast and the slow reader agree on
// which.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rolecall/base/json.h"

#include "base/json_fault.h"

using namespace rolecall;

namespace {

std::size_t walk(const JsonValue& value) {
  std::size_t count = value.raw().size();
  if (value.is(JsonKind::String)) count += value.string().size();
  for (const JsonValue each : value) count += walk(each);
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SourceTable sources;
  Diagnostics diagnostics;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const DocumentId id = sources.add("input", text);
  const auto document = parse_json(sources, id, diagnostics);
  if (document) {
    static_cast<void>(walk(document->root()));
    const std::size_t skipped = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    if (find_json_fault(std::string_view(text).substr(skipped), 128)) std::abort();
  } else {
    if (document.error().where.known() && document.error().where.end > size) std::abort();
    static_cast<void>(render(document.error(), sources));
  }
  for (const Diagnostic& each : diagnostics.all()) static_cast<void>(render(each, sources));
  return 0;
}
