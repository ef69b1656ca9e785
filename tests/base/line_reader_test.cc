// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/line_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_folder.h"

namespace rolecall {
namespace {

using testing::ElementsAre;

// Every line as text, the long ones as `#NUMBER`.
std::vector<std::string> read_lines(const std::string& text, std::size_t max_line_bytes) {
  const TestFolder folder;
  auto reader = LineReader::open(folder.write("lines", text), max_line_bytes);
  std::vector<std::string> lines;
  while (true) {
    const auto block = reader->next();
    if (!block || block->lines.empty()) return lines;
    for (const LineBlock::Line& line : block->lines) {
      lines.push_back(line.too_long ? "#" + std::to_string(line.number)
                                    : block->text.substr(line.begin, line.end - line.begin));
    }
  }
}

TEST(LineReader, SplitsAtLineFeeds) {
  EXPECT_THAT(read_lines("a\nbc\n\nd\n", 10), ElementsAre("a", "bc", "", "d"));
}

TEST(LineReader, KeepsALastLineWithoutLineFeed) {
  EXPECT_THAT(read_lines("a\nb", 10), ElementsAre("a", "b"));
}

TEST(LineReader, HasNoLinesInAnEmptyFile) {
  EXPECT_THAT(read_lines("", 10), ElementsAre());
}

TEST(LineReader, PassesOverLongLines) {
  EXPECT_THAT(read_lines("abc\nabcd\na\n", 3), ElementsAre("abc", "#2", "a"));
}

TEST(LineReader, PassesOverLinesLongerThanABlock) {
  const std::string huge(1'000'000, 'x');
  EXPECT_THAT(read_lines("a\n" + huge + "\nb\n" + huge, 5), ElementsAre("a", "#2", "b", "#4"));
}

TEST(LineReader, ReadsLinesLongerThanABlock) {
  const std::string huge(1'000'000, 'x');
  EXPECT_THAT(read_lines(huge + "\nb", 2'000'000), ElementsAre(huge, "b"));
}

TEST(LineReader, RefusesFoldersAndMissingFiles) {
  const TestFolder folder;
  EXPECT_FALSE(LineReader::open(folder.path(), 10).has_value());
  EXPECT_FALSE(LineReader::open(folder.path() / "nothing", 10).has_value());
}

}  // namespace
}  // namespace rolecall
