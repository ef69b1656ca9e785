// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

namespace rolecall::cli {

// The streams of the program: answers go to `out`, everything else to `err`.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool no_color = false;  // NO_COLOR is set, or TERM is `dumb`.
};

}  // namespace rolecall::cli
