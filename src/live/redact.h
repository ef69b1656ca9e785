// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Replaces every value of `secrets` in a text that is going to be shown, percent-encoded or not, by
// `***`. Empty values are ignored.
[[nodiscard]] std::string redact(std::string text, std::vector<std::string_view> secrets);

// The user part of a URL, `user:password`; empty when it has none.
[[nodiscard]] std::string_view user_info(std::string_view url);

}  // namespace rolecall
