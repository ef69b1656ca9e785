// SPDX-License-Identifier: Apache-2.0
// Any CloudTrail file gives events or diagnostics.
#include <cstdint>
#include <string>

#include "rolecall/trail/event.h"

using namespace rolecall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  SourceTable sources;
  Diagnostics diagnostics;
  const DocumentId id =
      sources.add("input", std::string(reinterpret_cast<const char*>(data), size));
  static_cast<void>(read_events(sources, id, diagnostics));
  for (const Diagnostic& each : diagnostics.all()) static_cast<void>(render(each, sources));
  return 0;
}
