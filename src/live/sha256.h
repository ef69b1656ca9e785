// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rolecall {

using Sha256Digest = std::array<std::uint8_t, 32>;

// FIPS 180-4.
[[nodiscard]] Sha256Digest sha256(std::string_view text);
// RFC 2104, over SHA-256.
[[nodiscard]] Sha256Digest hmac_sha256(std::string_view key, std::string_view text);
// Lower-case hexadecimal digits.
[[nodiscard]] std::string format_hex(const Sha256Digest& digest);

}  // namespace rolecall
