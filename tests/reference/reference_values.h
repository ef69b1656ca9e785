// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How single values compare, written down once more as plainly as possible. Nothing here may use
// the helpers of src: what both evaluators share, no test of one against the other can find.
namespace rolecall::reference {

// Wildcards of a pattern are these two characters; a `*` or `?` that stays is literal.
inline constexpr char kAnyRun = '\x01';
inline constexpr char kAnyOne = '\x02';
[[nodiscard]] std::string with_wildcards(std::string_view text);
[[nodiscard]] bool like(std::string_view pattern, std::string_view text);

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);
// Cuts at the first `most - 1` separators.
[[nodiscard]] std::vector<std::string> cut(std::string_view text, char separator, std::size_t most);

// Nothing when the text is no number, date, range, boolean or base64.
[[nodiscard]] std::optional<long double> number(std::string_view text);
[[nodiscard]] std::optional<long double> date(std::string_view text);
[[nodiscard]] std::optional<bool> boolean(std::string_view text);
[[nodiscard]] std::optional<std::string> bytes(std::string_view base64);
// An address or a range as its family and the bits that count: `4:11000000...`.
[[nodiscard]] std::optional<std::string> range(std::string_view text);
// The IPv4 range that an IPv6 range under ::ffff:0:0/96 stands for.
[[nodiscard]] std::string unmapped(const std::string& range);

}  // namespace rolecall::reference
