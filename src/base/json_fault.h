// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

struct JsonFault {
  std::size_t offset = 0;
  std::string message{};
  std::string help{};
};

// The first fault of a text that is no JSON (RFC 8259), or nothing when it is. Linear; keeps its
// own stack, so that depth costs memory only. `max_depth` is a fault too.
[[nodiscard]] std::optional<JsonFault> find_json_fault(std::string_view text,
                                                       std::size_t max_depth);

}  // namespace rolecall
