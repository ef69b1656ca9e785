// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rolecall {

// A quoted HCL string. What HCL would expand (`${`, `%{`) is escaped, and so is what must not reach
// a terminal. REQUIRES: valid UTF-8.
[[nodiscard]] std::string hcl_string(std::string_view text);
// A name as Terraform takes it for a resource: lower-case letters, digits and underscores.
[[nodiscard]] std::string hcl_label(std::string_view name);

// Writes HCL laid out as `terraform fmt` does: two spaces, equal signs of neighbors aligned.
class HclWriter {
 public:
  // Opens a block, or an attribute whose value takes several lines: `statement {`, `values = [`.
  void open(std::string_view line);
  void close(std::string_view bracket);
  void attribute(std::string_view name, std::string_view value);
  // A list of strings, on one line when it is short.
  void strings(std::string_view name, const std::vector<std::string>& items);
  void line(std::string_view text);
  void blank();

  // Everything so far.
  [[nodiscard]] std::string text();

 private:
  void flush();
  [[nodiscard]] std::string indent() const { return std::string(level_ * 2, ' '); }

  std::size_t level_ = 0;
  std::vector<std::pair<std::string, std::string>> aligned_;  // Attributes of one stretch.
  std::string out_;
};

}  // namespace rolecall
