// SPDX-License-Identifier: Apache-2.0
#include "report/text_lines.h"

#include "rolecall/base/text.h"

namespace rolecall {

std::string wrap_line(std::string_view text, std::size_t indent, std::size_t hang) {
  std::string out;
  std::string line(indent, ' ');
  bool empty = true;
  for (const std::string_view word : split(text, ' ')) {
    if (!empty && line.size() + 1 + word.size() > kColumns) {
      out += line + "\n";
      line = std::string(indent + hang, ' ');
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  return out + line + "\n";
}

}  // namespace rolecall
