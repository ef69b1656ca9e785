// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rolecall {

// A block of IPv4 or IPv6 addresses in CIDR notation. A single address is a block whose prefix
// covers all its bits.
struct Cidr {
  std::array<std::uint8_t, 16> bytes{};  // In network order; IPv4 uses the first four.
  bool v6 = false;
  std::uint8_t prefix = 0;  // In bits: at most 32 for IPv4, 128 for IPv6.

  // Parses `192.0.2.0/24`, `2001:db8::/32` or `192.0.2.7`. Leading zeros in an IPv4 octet are
  // refused.
  [[nodiscard]] static std::optional<Cidr> parse(std::string_view text);
  // Whether all of `address` lies in this block; false when the address families differ.
  [[nodiscard]] bool contains(const Cidr& address) const;
  // The IPv4 block that an IPv4-mapped IPv6 block (under ::ffff:0:0/96) stands for; any other block
  // is returned as it is.
  [[nodiscard]] Cidr unmapped() const;
  // Whether the block is private (RFC 1918, RFC 4193), loopback or link-local.
  [[nodiscard]] bool is_private() const;
};

}  // namespace rolecall
