// SPDX-License-Identifier: Apache-2.0
// Any text is a token or is not; no message repeats what the token holds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rolecall/trust/request_file.h"

using namespace rolecall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto token = read_token(text, "token.txt", diagnostics);
  if (token.has_value() == (diagnostics.error_count() > 0)) std::abort();
  constexpr std::size_t kSecret = 64;  // Longer than any message.
  if (size < kSecret) return 0;
  for (const Diagnostic& each : diagnostics.all()) {
    if (each.message.find(text.substr(0, kSecret)) != std::string::npos) std::abort();
  }
  return 0;
}
