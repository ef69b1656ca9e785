// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rolecall {

// An IPv4 or IPv6 address with a prefix length; without one, all bits count.
struct Cidr {
  std::array<std::uint8_t, 16> bytes{};  // IPv4 uses the first four.
  bool v6 = false;
  std::uint8_t prefix = 0;

  // `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7`. Leading zeros in an IPv4 octet are refused.
  [[nodiscard]] static std::optional<Cidr> parse(std::string_view text);
  // False when the families differ.
  [[nodiscard]] bool contains(const Cidr& address) const;
  // The IPv4 block that an IPv6 block under ::ffff:0:0/96 stands for; any other block is itself.
  [[nodiscard]] Cidr unmapped() const;
  // RFC 1918, RFC 4193, loopback and link-local.
  [[nodiscard]] bool is_private() const;
};

}  // namespace rolecall
