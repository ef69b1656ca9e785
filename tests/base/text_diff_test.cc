// SPDX-License-Identifier: Apache-2.0
#include "rolecall/base/text_diff.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/apply_diff.h"
#include "support/test_folder.h"

namespace rolecall {
namespace {

std::string diff(const std::string& before, const std::string& after, std::size_t context = 3) {
  return unified_diff("a/x.json", before, "b/x.json", after, context);
}

std::string numbers(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(TextDiff, IsEmptyForEqualTexts) {
  EXPECT_EQ(diff("a\n", "a\n"), "");
  EXPECT_EQ(diff("", ""), "");
}

TEST(TextDiff, ShowsAChangeInItsContext) {
  const std::string before = numbers(1, 12);
  std::string after = before;
  after.replace(after.find("6\n"), 2, "six\n");
  EXPECT_EQ(diff(before, after),
            "--- a/x.json\n+++ b/x.json\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n");
}

TEST(TextDiff, JoinsChangesThatShareTheirContext) {
  const std::string before = numbers(1, 30);
  const auto with = [&](const std::string& first, const std::string& second) {
    std::string after = before;
    after.replace(after.find(first), first.size(), "x\n");
    after.replace(after.find(second), second.size(), "y\n");
    const std::string text = diff(before, after);
    std::size_t hunks = 0;
    for (std::size_t at = 0; (at = text.find("@@ -", at)) != std::string::npos; ++at) ++hunks;
    EXPECT_EQ(patched(before, text), after);
    return hunks;
  };
  EXPECT_EQ(with("10\n", "17\n"), 1U);
  EXPECT_EQ(with("10\n", "18\n"), 2U);
}

TEST(TextDiff, WritesRangesAsPatchReadsThem) {
  EXPECT_EQ(diff("", "a\n"), "--- a/x.json\n+++ b/x.json\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(diff("a\nb\n", ""), "--- a/x.json\n+++ b/x.json\n@@ -1,2 +0,0 @@\n-a\n-b\n");
  EXPECT_EQ(diff("a\nb\n", "a\nc\nb\n", 0), "--- a/x.json\n+++ b/x.json\n@@ -1,0 +2 @@\n+c\n");
}

TEST(TextDiff, SaysWhereALastLineHasNoEnd) {
  EXPECT_EQ(diff("a\n}", "b\n}"),
            "--- a/x.json\n+++ b/x.json\n@@ -1,2 +1,2 @@\n-a\n+b\n }\n"
            "\\ No newline at end of file\n");
  EXPECT_EQ(diff("a", "a\n"),
            "--- a/x.json\n+++ b/x.json\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(TextDiff, KeepsCarriageReturns) {
  EXPECT_EQ(diff("a\r\nb\r\n", "a\r\nc\r\n", 0),
            "--- a/x.json\n+++ b/x.json\n@@ -2 +2 @@\n-b\r\n+c\r\n");
}

TEST(TextDiff, QuotesNamesThatWouldEndTheLine) {
  EXPECT_EQ(unified_diff("a/x y", "1\n", "b/\n\"\\", "2\n", 0),
            "--- a/x y\t\n+++ \"b/\\012\\\"\\\\\"\n@@ -1 +1 @@\n-1\n+2\n");
}

TEST(TextDiff, StaysRightBeyondTheLengthItLooksFor) {
  std::string before;
  std::string after;
  for (int i = 0; i < 3000; ++i) {
    before += "a" + std::to_string(i) + "\nsame\n";
    after += "b" + std::to_string(i) + "\nsame\n";
  }
  EXPECT_EQ(patched(before, diff(before, after)), after);
}

// Two random texts over few different lines, so that much is equal by chance.
std::pair<std::string, std::string> random_texts(std::mt19937& random) {
  const auto text = [&] {
    std::string made;
    const auto count = random() % 12;
    for (unsigned i = 0; i < count; ++i)
      made += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
    if (!made.empty() && random() % 4 == 0) made.pop_back();
    return made;
  };
  return {text(), text()};
}

// Length of a longest common subsequence, from its textbook definition.
std::size_t common_lines(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1
                                         : std::max(table[i - 1][j], table[i][j - 1]);
    }
  }
  return table[a.size()][b.size()];
}

TEST(TextDiff, GivesTheNewTextWhenApplied) {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    const auto [before, after] = random_texts(random);
    const std::string text = diff(before, after, random() % 4);
    ASSERT_EQ(patched(before, text), after) << text;
  }
}

TEST(TextDiff, IsAShortestOne) {
  std::mt19937 random(8);
  for (int i = 0; i < 1000; ++i) {
    const auto [before, after] = random_texts(random);
    std::size_t changed = 0;
    for (const std::string& line : lines_of(diff(before, after))) {
      if (line[0] == '-' || line[0] == '+') ++changed;
    }
    const auto a = lines_of(before);
    const auto b = lines_of(after);
    const std::size_t headers = before == after ? 0 : 2;
    ASSERT_EQ(changed, a.size() + b.size() - 2 * common_lines(a, b) + headers);
  }
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(TextDiff, IsReadByPatch) {
  if (std::system("patch --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "patch is not installed";
  const TestFolder folder;
  const std::pair<std::string, std::string> texts[] = {
      {numbers(1, 40), numbers(0, 12) + numbers(14, 40) + "x"},
      {"{\r\n  \"a\": 1\r\n}", "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}"},
      {"", "a\nb"},
  };
  for (const auto& [before, after] : texts) {
    const auto file = folder.path() / "x.json";
    std::ofstream(file, std::ios::binary) << before;
    std::ofstream(folder.path() / "x.diff", std::ios::binary) << diff(before, after);
    const std::string command =
        "cd '" + folder.path().string() + "' && patch --binary -p1 <x.diff >/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << diff(before, after);
    EXPECT_EQ(file_text(file), after);
  }
}

}  // namespace
}  // namespace rolecall
