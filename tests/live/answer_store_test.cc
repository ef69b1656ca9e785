// SPDX-License-Identifier: Apache-2.0
#include "live/answer_store.h"

#include <fstream>

#include <gtest/gtest.h>

#include "support/test_folder.h"

namespace rolecall {
namespace {

constexpr EpochSeconds kNow = 1'440'938'160;
constexpr EpochSeconds kDay = 86'400;

class AnswerStoreTest : public testing::Test {
 protected:
  std::string path() const { return (folder_.path() / "part" / "one.answers").string(); }

  std::string found(const std::string& call, const std::string& terms = "audit",
                    EpochSeconds now = kNow) const {
    return AnswerStore(path(), terms, now).find(call).value_or("none");
  }

  TestFolder folder_;
};

TEST_F(AnswerStoreTest, GivesTheNextRunWhatThisOneRead) {
  {
    AnswerStore store(path(), "audit", kNow);
    store.keep("iam:GetRole\nRoleName=a", "{\"Role\":\n {}}");
    EXPECT_FALSE(store.find("iam:GetRole\nRoleName=a"));  // Answers of its own are no earlier ones.
  }
  EXPECT_EQ(found("iam:GetRole\nRoleName=a"), "{\"Role\":  {}}");
  EXPECT_EQ(found("iam:GetRole\nRoleName=b"), "none");
}

TEST_F(AnswerStoreTest, TakesNothingOfOtherTermsOrOfAnotherDay) {
  const auto keep = [&] { AnswerStore(path(), "audit", kNow).keep("a", "{}"); };
  keep();
  EXPECT_EQ(found("a", "audit", kNow + kDay - 1), "{}");
  EXPECT_EQ(found("a", "audit", kNow + kDay), "none");
  EXPECT_EQ(found("a"), "none");  // It was begun anew.
  keep();
  EXPECT_EQ(found("a", "other"), "none");
}

TEST_F(AnswerStoreTest, PassesOverALineThatWasCutOff) {
  AnswerStore(path(), "audit", kNow).keep("a", "{}");
  std::ofstream(path(), std::ios::app) << R"({"call": "b", "answ)";
  AnswerStore(path(), "audit", kNow).keep("c", "[]");
  EXPECT_EQ(found("a") + found("b") + found("c"), "{}none[]");
}

TEST_F(AnswerStoreTest, BeginsAnewOnce) {
  AnswerStore(path(), "audit", kNow).keep("a", "{}");
  {
    AnswerStore store(path(), "audit", kNow);
    EXPECT_TRUE(store.clear());
    EXPECT_FALSE(store.clear());
    EXPECT_FALSE(store.find("a"));
    store.keep("b", "{}");
  }
  EXPECT_EQ(found("a") + found("b"), "none{}");
}

TEST_F(AnswerStoreTest, IsForTheOwnerAlone) {
  AnswerStore(path(), "audit", kNow).keep("a", "{}");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path()).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(AnswerStoreTest, DoesWithoutAFileThatCannotBeWritten) {
  const std::string file = folder_.write("part", "no folder");
  AnswerStore store(path(), "audit", kNow);
  store.keep("a", "{}");
  EXPECT_FALSE(store.clear());
}

}  // namespace
}  // namespace rolecall
