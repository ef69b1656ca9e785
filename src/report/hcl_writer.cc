// SPDX-License-Identifier: Apache-2.0
#include "report/hcl_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "report/fix_forms_parts.h"

namespace rolecall {

std::string hcl_string(std::string_view text) {
  const std::string quoted = yaml_quoted(text);
  std::string out;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    // There is always a next character: the last one is a quotation mark.
    const bool expands = (quoted[i] == '$' || quoted[i] == '%') && quoted[i + 1] == '{';
    if (expands) out += quoted[i];
    out += quoted[i];
  }
  return out;
}

std::string hcl_label(std::string_view name) {
  std::string label;
  for (const char c : name) {
    const char low = ascii_lower(c);
    const bool fits = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    if (fits || (!label.empty() && label.back() != '_')) label += fits ? low : '_';
  }
  while (label.ends_with('_')) label.pop_back();
  const bool letter = !label.empty() && label[0] >= 'a';
  return letter ? label : "x_" + label;
}

void HclWriter::flush() {
  std::size_t width = 0;
  for (const auto& [name, value] : aligned_) width = std::max(width, count_characters(name));
  for (const auto& [name, value] : aligned_) {
    const std::string fill(width - count_characters(name), ' ');
    out_ += fmt::format("{}{}{} = {}\n", indent(), name, fill, value);
  }
  aligned_.clear();
}

void HclWriter::open(std::string_view line) {
  this->line(line);
  ++level_;
}

void HclWriter::close(std::string_view bracket) {
  flush();
  --level_;
  line(bracket);
}

void HclWriter::attribute(std::string_view name, std::string_view value) {
  aligned_.emplace_back(name, value);
}

void HclWriter::strings(std::string_view name, const std::vector<std::string>& items) {
  constexpr std::size_t kShort = 80;
  std::string list;
  for (const std::string& each : items) list += (list.empty() ? "" : ", ") + hcl_string(each);
  if (items.size() < 2 || list.size() <= kShort) {
    attribute(name, fmt::format("[{}]", list));
    return;
  }
  open(fmt::format("{} = [", name));
  for (const std::string& each : items) line(hcl_string(each) + ",");
  close("]");
}

void HclWriter::line(std::string_view text) {
  flush();
  out_ += indent();
  out_ += text;
  out_ += '\n';
}

void HclWriter::blank() {
  flush();
  out_ += '\n';
}

std::string HclWriter::text() {
  flush();
  return out_;
}

}  // namespace rolecall
