// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace rolecall {

// A truth value of Kleene's three-valued logic. Open: as far as can be told, true for some values
// of what is unknown and false for others.
enum class Tri : std::uint8_t { No, Open, Yes };

[[nodiscard]] constexpr Tri tri(bool value) {
  return value ? Tri::Yes : Tri::No;
}
// And.
[[nodiscard]] constexpr Tri both(Tri a, Tri b) {
  return a < b ? a : b;
}
// Or.
[[nodiscard]] constexpr Tri either(Tri a, Tri b) {
  return a < b ? b : a;
}
[[nodiscard]] constexpr Tri negate(Tri a) {
  return a == Tri::Yes ? Tri::No : a == Tri::No ? Tri::Yes : Tri::Open;
}

}  // namespace rolecall
