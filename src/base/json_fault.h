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

// The first fault of a text that is not valid JSON (RFC 8259) or nests deeper than `max_depth`;
// nothing when there is none. Linear. Keeps its own stack, so that depth only costs memory.
[[nodiscard]] std::optional<JsonFault> find_json_fault(std::string_view text,
                                                       std::size_t max_depth);

}  // namespace rolecall
