// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

// Seconds since 1970-01-01T00:00:00Z. Fractions are dropped towards the past.
using EpochSeconds = std::int64_t;

// Parses the date forms that IAM documents: `2026-11-23`, `2026-11`, `2026`, `2026-11-23T10:00Z`
// (with or without seconds and a fraction, with `Z` or an offset such as `+01:00`), or epoch
// seconds.
[[nodiscard]] std::optional<EpochSeconds> parse_time(std::string_view text);
// `2026-11-23T10:00:00Z`.
[[nodiscard]] std::string format_time(EpochSeconds time);

}  // namespace rolecall
