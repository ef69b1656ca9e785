// SPDX-License-Identifier: Apache-2.0
#include "diagnose/error_text_prescan.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/paths.h"

namespace rolecall {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAlways = 0;  // However short the text is.

std::vector<std::string> samples() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(repository_path("tests/diagnose/error_texts"))) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return all;
}

// Lines of a log that say nothing of roles.
std::string noise(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) {
    text += "2026-01-01 10:00:00 INFO worker-" + std::to_string(i % 7) + " put 3 rows into shard " +
            std::to_string(i) + " in 12 ms\n";
  }
  return text;
}

std::string describe(const std::vector<ErrorEvidence>& denials) {
  std::string text;
  for (const ErrorEvidence& e : denials) {
    for (const std::string& part :
         {e.tool, e.operation, e.action, e.principal, e.service, e.role, e.resource, e.code,
          e.request_id, e.policy_arn, e.cause_code, e.sentence, std::to_string(e.line),
          std::to_string(e.times), std::to_string(e.explicit_deny ? 1 : 0),
          std::to_string(e.role_may_be_cut ? 1 : 0),
          std::to_string(e.named_gate ? static_cast<int>(*e.named_gate) : -1)}) {
      text += part + "|";
    }
    for (const std::string& code : e.likely_causes) text += code + " ";
    for (const auto& [name, value] : e.facts) text += name + "=" + value + " ";
    text += "\n";
  }
  return text;
}

std::string whole(std::string_view text) {
  return describe(recognize_denials_in(text, {{0, text.size()}}, 100));
}

std::string by_parts(std::string_view text) {
  return describe(recognize_denials_in(text, find_denial_ranges(text, kAlways), 100));
}

TEST(FindDenialRanges, FindEverySampleByItself) {
  for (const std::string& sample : samples()) EXPECT_EQ(by_parts(sample), whole(sample)) << sample;
}

// More than recognition looks at on either side.
constexpr std::size_t kFar = 12'000;

TEST(FindDenialRanges, FindEverySampleInsideALog) {
  const std::string around = noise(kFar);
  for (const std::string& sample : samples()) {
    const std::string text = around + sample + "\n" + around;
    EXPECT_EQ(by_parts(text), whole(text)) << sample;
  }
}

TEST(FindDenialRanges, FindSamplesInsideALogOfOneLine) {
  const std::vector<std::string> all = samples();
  for (std::size_t i = 0; i < all.size(); i += 4) {
    std::string text = noise(kFar) + all[i] + noise(kFar);
    std::replace(text.begin(), text.end(), '\n', ' ');
    EXPECT_EQ(by_parts(text), whole(text)) << all[i];
  }
}

TEST(FindDenialRanges, GiveTheSameForAllSamplesInOneLog) {
  const std::string between = noise(kFar);
  std::string text;
  for (const std::string& sample : samples()) text += sample + "\n" + between;
  EXPECT_EQ(by_parts(text), whole(text));
}

TEST(FindDenialRanges, LeaveNoiseOut) {
  EXPECT_TRUE(find_denial_ranges(noise(100'000)).empty());
  const std::string text = noise(100'000) + "Could not assume role\n" + noise(100'000);
  const auto ranges = find_denial_ranges(text);
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_LT(ranges[0].end - ranges[0].begin, 40'000U);
}

TEST(FindDenialRanges, BeginAnywhereInALineWithoutSpaces) {
  const std::string line(100'000, 'x');
  const std::string text = line + ";could not assume role " + line;
  const auto ranges = find_denial_ranges(text);
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_GT(ranges[0].begin, 50'000U);
  EXPECT_LT(ranges[0].begin, line.size());
  EXPECT_EQ(by_parts(text), whole(text));
}

TEST(FindDenialRanges, AreAscendingAndDisjoint) {
  std::string text;
  for (std::size_t i = 0; i < 40; ++i) {
    text += std::string("is not authorized to perform: sts:AssumeRole ") + noise(i * 700);
  }
  std::size_t end = 0;
  for (const TextRange& each : find_denial_ranges(text, kAlways)) {
    EXPECT_LE(end, each.begin);
    EXPECT_LT(each.begin, each.end);
    end = each.end;
  }
  EXPECT_LE(end, text.size());
}

TEST(FindDenialRanges, AreTheWholeOfShortTextsAndOfUtf16) {
  EXPECT_EQ(find_denial_ranges("nothing").size(), 1U);
  std::string wide;
  for (const char c : noise(100'000)) wide += {c, '\0'};
  const auto ranges = find_denial_ranges(wide);
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].end, wide.size());
}

TEST(AnchorWords, AreLongEnoughToBeSearchedFor) {
  for (const std::string& word : anchor_words()) EXPECT_GE(word.size(), 5U) << word;
  EXPECT_GT(anchor_words().size(), 100U);
}

}  // namespace
}  // namespace rolecall
