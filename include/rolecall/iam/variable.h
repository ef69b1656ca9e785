// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace rolecall {

// Whether the text may have a policy variable, or an escape such as `${*}`.
[[nodiscard]] inline bool has_variable(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

// Calls `visit(body, begin)` for every `${...}` of the text, escapes included. `body` is the text
// between the braces, `begin` the offset of the `${`. Without a closing brace it is literal text.
template <typename Visit>
void visit_variables(std::string_view text, Visit visit) {
  for (std::size_t begin = text.find("${"); begin != std::string_view::npos;
       begin = text.find("${", begin)) {
    const std::size_t end = text.find('}', begin + 2);
    if (end == std::string_view::npos) return;
    visit(text.substr(begin + 2, end - begin - 2), begin);
    begin = end + 1;
  }
}

// Whether the text between the braces is one of the escapes `${*}`, `${?}` and `${$}`.
[[nodiscard]] inline bool is_variable_escape(std::string_view body) {
  return body == "*" || body == "?" || body == "$";
}

}  // namespace rolecall
