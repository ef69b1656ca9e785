// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/text_diff.h"

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "sequence_diff.h"

namespace rolecall {

namespace {

// The lines with their ends, so that a last line without one differs from the same line with one.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

void append_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

// A range as diff writes it, `12,3`: one-based first line and count. A count of one is left out,
// and an empty range names the line before it.
std::string range(std::size_t begin, std::size_t end) {
  if (end - begin == 1) return fmt::format("{}", end);
  return fmt::format("{},{}", begin + (begin == end ? 0 : 1), end - begin);
}

// A file name as git writes it: quoted when it has unusual characters, with a tab after it when it
// has spaces.
std::string quoted_name(std::string_view name) {
  const bool unusual = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7F;
  });
  if (!unusual) return std::string(name) + (name.find(' ') == name.npos ? "" : "\t");
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\{:03o}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

// How many of the first changes make one hunk: their context lines meet or overlap.
std::size_t hunk_size(std::span<const SequenceChange> changes, std::size_t context) {
  std::size_t count = 1;
  while (count < changes.size() &&
         changes[count].old_begin - changes[count - 1].old_end <= 2 * context) {
    ++count;
  }
  return count;
}

}  // namespace

std::string unified_diff(std::string_view old_name, std::string_view old_text,
                         std::string_view new_name, std::string_view new_text,
                         std::size_t context) {
  const auto before = lines_of(old_text);
  const auto after = lines_of(new_text);
  const auto all = find_changes(before, after);
  if (all.empty()) return {};
  std::string out = fmt::format("--- {}\n+++ {}\n", quoted_name(old_name), quoted_name(new_name));
  for (std::span<const SequenceChange> rest = all; !rest.empty();) {
    const auto hunk = rest.first(hunk_size(rest, context));
    rest = rest.subspan(hunk.size());
    const std::size_t head = std::min(context, hunk.front().old_begin);
    const std::size_t tail = std::min(context, before.size() - hunk.back().old_end);
    const std::size_t begin = hunk.front().old_begin - head;
    const std::size_t end = hunk.back().old_end + tail;
    out += fmt::format("@@ -{} +{} @@\n", range(begin, end),
                       range(hunk.front().new_begin - head, hunk.back().new_end + tail));
    std::size_t at = begin;
    for (const SequenceChange& change : hunk) {
      for (; at < change.old_begin; ++at) append_line(out, ' ', before[at]);
      for (; at < change.old_end; ++at) append_line(out, '-', before[at]);
      for (std::size_t i = change.new_begin; i < change.new_end; ++i) {
        append_line(out, '+', after[i]);
      }
    }
    for (; at < end; ++at) append_line(out, ' ', before[at]);
  }
  return out;
}

}  // namespace rolecall
