// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rolecall {

// Kleene's three values. Open means: true for some values of what is not known, false for others,
// as far as can be told.
enum class Tri : std::uint8_t { No, Open, Yes };

[[nodiscard]] constexpr Tri tri(bool value) {
  return value ? Tri::Yes : Tri::No;
}
[[nodiscard]] constexpr Tri both(Tri a, Tri b) {
  return a < b ? a : b;
}
[[nodiscard]] constexpr Tri either(Tri a, Tri b) {
  return a < b ? b : a;
}
[[nodiscard]] constexpr Tri negate(Tri a) {
  return a == Tri::Yes ? Tri::No : a == Tri::No ? Tri::Yes : Tri::Open;
}

}  // namespace rolecall
