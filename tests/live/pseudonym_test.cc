// SPDX-License-Identifier: Apache-2.0
#include "live/pseudonym.h"

#include <set>

#include <gtest/gtest.h>

#include "rolecall/base/text.h"
#include "rolecall/base/wildcard.h"

namespace rolecall {
namespace {

using Edge = Pseudonyms::Edge;

TEST(Pseudonyms, StandForOneWordEach) {
  Pseudonyms names(1);
  std::set<std::string> made;
  for (int i = 0; i < 500; ++i) made.insert(names.replace("word" + std::to_string(i)));
  EXPECT_EQ(made.size(), 500U);
  EXPECT_EQ(names.replace("word7"), names.replace("word7"));
  EXPECT_NE(Pseudonyms(2).replace("deploy"), Pseudonyms(3).replace("deploy"));
}

TEST(Pseudonyms, KeepLengthKindAndLetterCase) {
  Pseudonyms names(1);
  const std::string made = names.replace("DeploY482");
  ASSERT_EQ(made.size(), 9U);
  EXPECT_TRUE(made[0] >= 'A' && made[0] <= 'Z' && made[5] >= 'A' && made[5] <= 'Z') << made;
  EXPECT_TRUE(made[1] >= 'a' && made[1] <= 'z') << made;
  EXPECT_TRUE(is_ascii_digit(made[6]) && is_ascii_digit(made[8])) << made;
  EXPECT_TRUE(equals_ignore_case(names.replace("deploy482"), made));
  EXPECT_EQ(names.replace("ä").size(), 2U);
}

TEST(Pseudonyms, AreNoWordsThatWereLearned) {
  Pseudonyms names(1);
  for (char c = 'a'; c <= 'z'; ++c) {
    for (char d = 'a'; d <= 'y'; ++d) names.learn(std::string{c, d}, Edge::None);
  }
  EXPECT_EQ(names.replace("ab")[1], 'z');
}

TEST(Pseudonyms, AreMatchedByThePatternsThatMatchedTheWords) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Pseudonyms names(seed);
    for (const char* word : {"deploy", "deployer", "redeploy", "other"})
      names.learn(word, Edge::None);
    names.learn("dep", Edge::After);
    names.learn("deploy", Edge::After);
    names.learn("loy", Edge::Before);
    EXPECT_TRUE(wildcard_match(names.replace("dep") + "*", names.replace("deploy")));
    EXPECT_TRUE(wildcard_match(names.replace("dep") + "*", names.replace("deployer")));
    EXPECT_TRUE(wildcard_match(names.replace("deploy") + "*", names.replace("deployer")));
    EXPECT_TRUE(wildcard_match("*" + names.replace("loy"), names.replace("redeploy")));
    EXPECT_FALSE(wildcard_match(names.replace("dep") + "*", names.replace("other")));
  }
}

TEST(Pseudonyms, KeepTypingErrorsWhatTheyAre) {
  Pseudonyms names(1);
  const std::string deploy = names.replace("deployment");
  EXPECT_EQ(edit_distance(deploy, names.replace("deploymnet"), 5), 2U);
  EXPECT_EQ(edit_distance(deploy, names.replace("deploymen"), 5), 1U);
  EXPECT_GT(edit_distance(deploy, names.replace("production"), 9), 4U);
}

}  // namespace
}  // namespace rolecall
