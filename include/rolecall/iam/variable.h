// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rolecall {

// Whether the text holds a policy variable or an escape such as `${*}`.
[[nodiscard]] inline bool has_variable(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

}  // namespace rolecall
