// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rolecall {

// A quoted HCL string. Template sequences (`${`, `%{`) are escaped, and so are characters that
// would control a terminal. REQUIRES: valid UTF-8.
[[nodiscard]] std::string hcl_string(std::string_view text);
// A valid name of a Terraform resource: lower-case letters, digits and underscores.
[[nodiscard]] std::string hcl_label(std::string_view name);

// Writes HCL in the layout of `terraform fmt`: two spaces, aligned equal signs of adjacent
// attributes.
class HclWriter {
 public:
  // Opens a block, or an attribute whose value has several lines: `statement {`, `values = [`.
  void open(std::string_view line);
  void close(std::string_view bracket);
  void attribute(std::string_view name, std::string_view value);
  // A list of strings, on one line when it is short.
  void strings(std::string_view name, const std::vector<std::string>& items);
  void line(std::string_view text);
  void blank();

  // The text so far.
  [[nodiscard]] std::string text();

 private:
  void flush();
  [[nodiscard]] std::string indent() const { return std::string(level_ * 2, ' '); }

  std::size_t level_ = 0;
  std::vector<std::pair<std::string, std::string>> aligned_;  // Adjacent attributes, not written.
  std::string out_;
};

}  // namespace rolecall
