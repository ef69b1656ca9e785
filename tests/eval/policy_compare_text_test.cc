// SPDX-License-Identifier: Apache-2.0
#include "eval/policy_compare_text.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rolecall::compare {
namespace {

using testing::ElementsAre;

TextPattern like(std::string_view text) {
  TextPattern pattern;
  append_like(pattern, {text, nullptr});
  return pattern;
}

std::vector<bool> matches_of(const std::vector<TextPattern>& patterns, std::string_view text) {
  std::vector<bool> all;
  for (const TextPattern& each : patterns) all.push_back(matches(each, text));
  return all;
}

// Every text over `letters` of up to `length` characters.
std::vector<std::string> texts_over(std::string_view letters, std::size_t length) {
  std::vector<std::string> all = {""};
  for (std::size_t begin = 0, size = 0; size < length; ++size) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const char c : letters) all.push_back(all[begin] + c);
    }
  }
  return all;
}

TEST(TextCells, HoldEveryCombinationOfMatchesOnce) {
  const std::vector<std::vector<std::string_view>> families = {{"a*", "*b", "ab"},
                                                               {"?", "a", "*a*b*", "ab?"},
                                                               {"a*b", "ab*", "*"},
                                                               {"", "?*", "*a", "a*"},
                                                               {"aa*", "*aa", "a?a", "aaa"}};
  for (const auto& family : families) {
    std::vector<TextPattern> patterns;
    for (const std::string_view each : family) patterns.push_back(like(each));
    const TextCells cells = text_cells(patterns, nullptr, {}, 100'000);
    EXPECT_TRUE(cells.complete);
    std::set<std::vector<bool>> combinations;
    for (const std::string& each : cells.samples) {
      EXPECT_TRUE(combinations.insert(matches_of(patterns, each)).second) << each;
    }
    for (const std::string& each : texts_over("abc", 5)) {
      EXPECT_TRUE(combinations.contains(matches_of(patterns, each))) << each;
    }
  }
}

TEST(TextCells, KeepToTheirShape) {
  const std::vector<TextPattern> patterns = {like("*:get*"), like("s3:*")};
  const TextPattern shape = action_shape();
  const TextCells cells = text_cells(patterns, &shape, {}, 100'000);
  EXPECT_EQ(cells.samples.size(), 4U);
  for (const std::string& each : cells.samples) EXPECT_TRUE(matches(shape, each)) << each;
}

TEST(TextCells, TakeSeedsAsSamples) {
  const std::vector<TextPattern> patterns = {like("repo:acme/*")};
  const std::vector<std::string> seeds = {"repo:acme/app", "example", "repo:acme/other"};
  EXPECT_THAT(text_cells(patterns, nullptr, seeds, 100'000).samples,
              ElementsAre("repo:acme/app", "example"));
}

// Each of them starts at every pattern: that counts before the first character does.
TEST(TextCells, TakeNoMoreSeedsThanTheBudgetCovers) {
  constexpr std::size_t kMany = 20'000;
  std::vector<TextPattern> patterns;
  std::vector<std::string> seeds;
  for (std::size_t i = 0; i < kMany; ++i) {
    seeds.push_back("x" + std::to_string(i));
    patterns.push_back(like(seeds.back()));
  }
  const TextCells cells = text_cells(patterns, nullptr, seeds, 5 * kMany);
  EXPECT_FALSE(cells.complete);
  EXPECT_LT(cells.samples.size(), 5U);
}

TEST(TextCells, SayWhenTheBudgetRanOut) {
  std::vector<TextPattern> patterns;
  for (char c = 'a'; c <= 'z'; ++c) patterns.push_back(like(std::string("*") + c + c + "*"));
  EXPECT_FALSE(text_cells(patterns, nullptr, {}, 10'000).complete);
}

TEST(TextPatterns, FoldTheCaseOfActionsButNotTheirPrefixWildcards) {
  EXPECT_TRUE(matches(*action_pattern("STS:Assume*"), "sts:assumerole"));
  EXPECT_FALSE(matches(*action_pattern("s?s:AssumeRole"), "sts:assumerole"));
  EXPECT_TRUE(matches(*action_pattern("*:AssumeRole"), "sts:assumerole"));
  EXPECT_EQ(action_pattern("AssumeRole"), std::nullopt);
}

TEST(TextPatterns, KeepArnWildcardsInTheirField) {
  EXPECT_TRUE(matches(*arn_pattern({"arn:aws:iam::*:role/*", nullptr}), "arn:aws:iam::1:role/a:b"));
  EXPECT_FALSE(matches(*arn_pattern({"arn:aws:iam::*:x", nullptr}), "arn:aws:iam::1:role:x"));
  EXPECT_EQ(arn_pattern({"arn:aws:iam::*", nullptr}), std::nullopt);
}

TEST(TextPatterns, FillUpShortResourcesOfIdentityPolicies) {
  const WildcardView text{"arn:aws:s3", nullptr};
  EXPECT_TRUE(matches(*resource_pattern(text, PolicyKind::Identity), "arn:aws:s3:::b"));
  EXPECT_EQ(resource_pattern(text, PolicyKind::Session), std::nullopt);
  EXPECT_TRUE(
      matches(*resource_pattern({"arn:aws:s3:*", nullptr}, PolicyKind::Session), "arn:aws:s3:::b"));
}

}  // namespace
}  // namespace rolecall::compare
