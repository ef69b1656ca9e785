// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace rolecall {

// Compares two decimal numbers exactly, whatever their length: -1, 0 or 1, or nothing when one of
// them is not a number. Accepts a sign, a fraction, and an exponent of up to four digits.
[[nodiscard]] std::optional<int> compare_decimals(std::string_view a, std::string_view b);
[[nodiscard]] bool is_decimal(std::string_view text);

}  // namespace rolecall
