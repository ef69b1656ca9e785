// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/estate_gaps.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"

namespace rolecall {
namespace {

class EstateGaps : public ::testing::Test {
 protected:
  void load(std::string_view text, std::string name = "444455556666.gaad.json") {
    Diagnostics ignored;
    load_estate_text(std::move(name), std::string(text), estate_, ignored);
  }

  Estate estate_;
};

TEST_F(EstateGaps, AWholeExportHasNone) {
  load(R"({"UserDetailList": [], "RoleDetailList": []})");
  EXPECT_TRUE(list_role_gaps(estate_).empty());
  EXPECT_TRUE(list_user_gaps(estate_).empty());
  EXPECT_TRUE(list_unlisted_roles(estate_, {}).empty());
}

TEST_F(EstateGaps, NothingAtAllIsOne) {
  ASSERT_EQ(list_file_gaps(estate_).size(), 1U);
  EXPECT_EQ(list_file_gaps(estate_)[0].why, "it has no account");
  estate_.incomplete = true;
  EXPECT_EQ(list_file_gaps(estate_)[0].why, "not all of it could be read");
}

// Of roles; in every way in which a list can be lost.
TEST_F(EstateGaps, AListThatWasNotReadInFullIsOne) {
  for (const std::string_view text :
       {R"({"UserDetailList": []})", R"({"UserDetailList": [], "RoleDetailList": null})",
        R"({"UserDetailList": [], "RoleDetailList": [], "IsTruncated": true})",
        R"({"UserDetailList": [], "RoleDetailList": [null]})",
        R"({"UserDetailList": [], "RoleDetailList": [], "UnreadEntities": ["role/a"]})"}) {
    estate_ = Estate();
    load(text);
    const auto gaps = list_role_gaps(estate_);
    ASSERT_EQ(gaps.size(), 1U) << text;
    EXPECT_EQ(gaps[0].what, "roles of account 444455556666");
    EXPECT_EQ(gaps[0].obtain,
              "aws iam get-account-authorization-details > 444455556666.gaad.json  # in account "
              "444455556666");
    EXPECT_TRUE(hides_some(gaps));
  }
}

TEST_F(EstateGaps, OfSeveralAccountsShareALine) {
  load(R"({"UserDetailList": []})");
  load(R"({"UserDetailList": []})", "111122223333.gaad.json");
  const auto gaps = list_role_gaps(estate_);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].what, "roles of accounts 111122223333 and 444455556666");
  EXPECT_EQ(gaps[0].obtain,
            "aws iam get-account-authorization-details > ACCOUNT.gaad.json  # in each of these "
            "accounts");
}

// What was looked up for a question was never to be whole. Still another role may be there.
TEST_F(EstateGaps, PartialListsAreNoneUnlessARoleIsAskedFor) {
  load(R"({"UserDetailList": [], "RoleDetailList": [],
           "PartialLists": ["UserDetailList", "RoleDetailList"]})");
  EXPECT_TRUE(list_role_gaps(estate_).empty());
  EXPECT_EQ(list_unlisted_roles(estate_, "444455556666").size(), 1U);
  EXPECT_TRUE(list_unlisted_roles(estate_, "111122223333").empty());
}

}  // namespace
}  // namespace rolecall
