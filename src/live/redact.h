// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Text from outside that is going to be shown, without the values in `secrets`: each, also when it
// is percent-encoded, becomes `***`. Empty ones are passed over.
[[nodiscard]] std::string redact(std::string text, std::vector<std::string_view> secrets);

// What a URL says before its host, `user:password`; empty when it says nothing.
[[nodiscard]] std::string_view user_info(std::string_view url);

}  // namespace rolecall
