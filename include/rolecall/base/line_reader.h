// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

// Complete lines that were read together.
struct LineBlock {
  struct Line {
    std::size_t begin = 0;
    std::size_t end = 0;       // Without the line feed.
    std::uint64_t number = 0;  // One-based.
    bool too_long = false;     // Its text was skipped.
  };
  std::string text{};  // Followed by SourceTable::kPadding readable bytes.
  std::vector<Line> lines{};
};

// Reads a file, or standard input, line by line in blocks: memory stays bounded however long the
// file is. Lines that arrive in a pipe are handed out as they come.
class LineReader {
 public:
  // `-` is standard input. Fails when the file cannot be opened or is a folder.
  [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& path,
                                               std::size_t max_line_bytes);

  // The next lines; a block without lines is the end. Fails when reading fails.
  [[nodiscard]] Result<LineBlock> next();

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };

  [[nodiscard]] Result<bool> fill();
  void split(LineBlock& block, std::size_t end);

  std::unique_ptr<std::FILE, Close> file_{};
  std::filesystem::path path_{};
  std::size_t max_line_bytes_ = 0;
  std::string rest_{};  // The beginning of a line whose end was not read yet.
  std::uint64_t line_ = 0;
  bool skipping_ = false;  // `rest_` belongs to a line that is too long.
  bool at_end_ = false;
};

}  // namespace rolecall
