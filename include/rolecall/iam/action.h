// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rolecall {

// A set of actions, one bit each.
using ActionSet = std::uint16_t;
namespace actions {
inline constexpr ActionSet kAssumeRole = 1;
inline constexpr ActionSet kWithSaml = 2;
inline constexpr ActionSet kWithWebIdentity = 4;
inline constexpr ActionSet kTagSession = 8;
inline constexpr ActionSet kSetSourceIdentity = 16;
inline constexpr ActionSet kSetContext = 32;
inline constexpr ActionSet kAssumeRoot = 64;
inline constexpr ActionSet kPassRole = 128;
inline constexpr ActionSet kOther = 256;  // Every other action.
inline constexpr ActionSet kAssume = kAssumeRole | kWithSaml | kWithWebIdentity;
inline constexpr ActionSet kAll = 511;
}  // namespace actions
// The bit of an action such as `sts:AssumeRole`; letter case is ignored.
[[nodiscard]] ActionSet action_bit(std::string_view action);

// Whether one pattern of an Action element matches an action, as `sts:AssumeRole*` does
// `sts:assumerole`. Letter case is ignored; a wildcard in the service prefix counts only when the
// prefix is `*` (E4.4).
[[nodiscard]] bool action_matches(std::string_view pattern, std::string_view action);
// The actions that have a bit, except kOther, which the pattern matches.
[[nodiscard]] ActionSet matched_bits(std::string_view pattern);

}  // namespace rolecall
