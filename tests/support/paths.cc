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

}  // namespace rolecall
