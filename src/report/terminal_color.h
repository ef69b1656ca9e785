// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rolecall {

// ECMA-48 sequences, written only when color is on.
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

}  // namespace rolecall
