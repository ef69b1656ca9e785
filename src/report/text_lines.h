// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "rolecall/report/explain_report.h"

namespace rolecall {

// An answer for a person, line by line.
class TextLines {
 public:
  explicit TextLines(TextStyle style) : style_(style) {}

  // REQUIRES: what is from outside is escaped.
  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }
  [[nodiscard]] std::string bold(std::string text) const {
    return style_.color ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
  }
  // The first line only.
  [[nodiscard]] bool quiet() const { return style_.quiet; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  TextStyle style_;
  std::string out_;
};

}  // namespace rolecall
