// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rolecall {

// A file or folder of the repository, named from its root.
[[nodiscard]] std::string repository_path(std::string_view name);
// The program that was built beside the tests.
[[nodiscard]] std::string program_path();
// The program that starts it without sockets, and the library that notes whom it connects to.
[[nodiscard]] std::string without_sockets_path();
[[nodiscard]] std::string connect_log_path();

}  // namespace rolecall
