// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "rolecall/report/explain_report.h"

namespace rolecall {

// The width at which lines are broken, which fits most terminals and logs.
inline constexpr std::size_t kColumns = 100;

// The text with a line end, broken at spaces to fit kColumns. The first line is indented by
// `indent`, further lines by `hang` more.
[[nodiscard]] std::string wrap_line(std::string_view text, std::size_t indent,
                                    std::size_t hang = 2);

// Assembles an answer as text, line by line.
class TextLines {
 public:
  explicit TextLines(TextStyle style) : style_(style) {}

  // REQUIRES, here and below: text from files is escaped.
  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }
  // The same, broken into several lines when it is too long.
  void wrapped(std::string_view text, std::size_t indent, std::size_t hang = 2) {
    out_ += wrap_line(text, indent, hang);
  }
  // A heading, for lines that are indented by two.
  void heading(std::string_view text) {
    std::string lines = wrap_line(text, 0, /*hang=*/4);
    lines.pop_back();
    line(bold(std::move(lines)));
  }
  [[nodiscard]] std::string bold(std::string text) const {
    return style_.color ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
  }
  // Whether to show the first line only.
  [[nodiscard]] bool quiet() const { return style_.quiet; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  TextStyle style_;
  std::string out_;
};

}  // namespace rolecall
