// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rolecall {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

// First line (zero-based, where the hunk stands) and count of `-12,3` or `+4`.
inline std::pair<std::size_t, std::size_t> range_of(const std::string& text) {
  const std::size_t comma = text.find(',');
  const std::size_t first = std::stoul(text.substr(1));
  const std::size_t count = comma == std::string::npos ? 1 : std::stoul(text.substr(comma + 1));
  return {count == 0 ? first : first - 1, count};
}

// Applies a unified diff as its definition says, and checks every context line and count.
inline std::optional<std::string> patched(const std::string& before, const std::string& diff) {
  if (diff.empty()) return before;
  const auto old_lines = lines_of(before);
  const auto diff_lines = lines_of(diff);
  if (diff_lines.size() < 3) return std::nullopt;
  std::vector<std::string> result;
  std::size_t at = 0;
  for (std::size_t i = 2; i < diff_lines.size();) {
    const std::string& header = diff_lines[i++];
    const std::size_t plus = header.find(" +");
    if (!header.starts_with("@@ -") || plus == std::string::npos) return std::nullopt;
    const auto [old_first, old_count] = range_of(header.substr(3, plus - 3));
    const auto [new_first, new_count] = range_of(header.substr(plus + 1));
    while (at < old_first) result.push_back(old_lines.at(at++));
    if (result.size() != new_first) return std::nullopt;
    std::size_t removed = 0;
    std::size_t added = 0;
    while (removed < old_count || added < new_count) {
      std::string line = diff_lines.at(i++);
      if (i < diff_lines.size() && diff_lines[i].starts_with('\\')) {
        line.pop_back();
        ++i;
      }
      const char mark = line[0];
      line.erase(0, 1);
      if (mark != '+') {
        if (at >= old_lines.size() || old_lines[at++] != line) return std::nullopt;
        ++removed;
      }
      if (mark != '-') {
        result.push_back(line);
        ++added;
      }
    }
    if (removed != old_count || added != new_count) return std::nullopt;
  }
  while (at < old_lines.size()) result.push_back(old_lines[at++]);
  std::string text;
  for (const std::string& line : result) text += line;
  return text;
}

}  // namespace rolecall
