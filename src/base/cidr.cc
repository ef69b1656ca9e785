// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/cidr.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstddef>
#include <string>

namespace rolecall {

namespace {

std::optional<std::uint8_t> parse_prefix(std::string_view text, unsigned max) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max ||
      (text.size() > 1 && text[0] == '0')) {
    return std::nullopt;
  }
  return static_cast<std::uint8_t>(value);
}

}  // namespace

std::optional<Cidr> Cidr::parse(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  if (text.size() > kLongest || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  Cidr cidr;
  cidr.v6 = address.find(':') != std::string::npos;
  if (inet_pton(cidr.v6 ? AF_INET6 : AF_INET, address.c_str(), cidr.bytes.data()) != 1) {
    return std::nullopt;
  }
  const std::uint8_t bits = cidr.v6 ? 128 : 32;
  if (slash == std::string_view::npos) {
    cidr.prefix = bits;
    return cidr;
  }
  const auto prefix = parse_prefix(text.substr(slash + 1), bits);
  if (!prefix) return std::nullopt;
  cidr.prefix = *prefix;
  return cidr;
}

bool Cidr::contains(const Cidr& address) const {
  if (v6 != address.v6 || address.prefix < prefix) return false;
  const std::size_t whole = prefix / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin())) {
    return false;
  }
  const int rest = prefix % 8;
  if (rest == 0) return true;
  const int mask = (0xFF << (8 - rest)) & 0xFF;
  return ((bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

Cidr Cidr::unmapped() const {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  constexpr std::uint8_t kMappedBits = 96;
  if (!v6 || prefix < kMappedBits || !std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    return *this;
  }
  Cidr v4;
  std::copy(bytes.begin() + kMapped.size(), bytes.end(), v4.bytes.begin());
  v4.prefix = static_cast<std::uint8_t>(prefix - kMappedBits);
  return v4;
}

bool Cidr::is_private() const {
  constexpr std::array<std::string_view, 8> kPrivate = {
      "10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8",
      "169.254.0.0/16", "fc00::/7",      "fe80::/10",      "::1"};
  return std::any_of(kPrivate.begin(), kPrivate.end(), [this](std::string_view range) {
    const auto parsed = Cidr::parse(range);
    return parsed && parsed->contains(*this);
  });
}

}  // namespace rolecall
