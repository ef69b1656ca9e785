// SPDX-License-Identifier: Apache-2.0
// The only file that is compiled with absolute paths, so that a compiler cache serves the others
// from any checkout.
#include "support/paths.h"

namespace rolecall {

std::string repository_path(std::string_view name) {
  return std::string(ROLECALL_SOURCE_DIR "/") + std::string(name);
}

std::string program_path() {
  return ROLECALL_PROGRAM;
}

std::string without_sockets_path() {
  return ROLECALL_WITHOUT_SOCKETS;
}

std::string connect_log_path() {
  return ROLECALL_CONNECT_LOG;
}

}  // namespace rolecall
