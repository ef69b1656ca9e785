// SPDX-License-Identifier: Apache-2.0
// Any text gives denials or none, quickly; what is extracted comes from the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rolecall/diagnose/error_text.h"

#include "diagnose/error_text_prescan.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto denials = rolecall::recognize_denials(text, 20);
  if (denials.size() > 20) std::abort();
  for (const auto& each : denials) {
    if (each.times < 1 || each.line < 1) std::abort();
  }
  // The parts of a long log, as if this were one.
  std::size_t end = 0;
  const auto ranges = rolecall::find_denial_ranges(text, 0);
  for (const auto& each : ranges) {
    if (each.begin < end || each.begin > each.end || each.end > text.size()) std::abort();
    end = each.end;
  }
  static_cast<void>(rolecall::recognize_denials_in(text, ranges, 20));
  return 0;
}
