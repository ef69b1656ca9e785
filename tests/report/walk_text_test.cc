// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "rolecall/report/walk_report.h"

namespace rolecall {
namespace {

constexpr std::string_view kFrom = "arn:aws:iam::111122223333:user/ann";

class WalkText : public testing::Test {
 protected:
  WalkText() { to_.arn = "arn:aws:iam::444455556666:role/deploy"; }

  std::string path() { return write_path_text({estate_, path_, diagnostics_, kFrom, to_}, {}); }
  std::string reach() {
    return write_reach_text({estate_, path_.reach, diagnostics_, kFrom, false}, {});
  }

  Estate estate_;
  Diagnostics diagnostics_;
  Role to_;
  PathAnswer path_;
};

TEST_F(WalkText, SaysThatThereIsNoWayOnlyWhereAllWasLookedAt) {
  EXPECT_EQ(path(),
            "`arn:aws:iam::111122223333:user/ann` cannot assume "
            "`arn:aws:iam::444455556666:role/deploy`, over no other role either\n");
  EXPECT_EQ(reach(), "`arn:aws:iam::111122223333:user/ann` can assume no role\n");
  path_.reach.gaps.push_back({"the estate", "a file could not be read", {}, false});
  EXPECT_TRUE(
      path().starts_with("Unknown: no way is known from "
                         "`arn:aws:iam::111122223333:user/ann` to "
                         "`arn:aws:iam::444455556666:role/deploy`\n"))
      << path();
  EXPECT_TRUE(reach().starts_with(
      "No role is known that `arn:aws:iam::111122223333:user/ann` can assume\n"))
      << reach();
}

TEST_F(WalkText, QuotesNamesInTheCommandThatItPrints) {
  to_.arn = "arn:aws:iam::444455556666:role/deploy;id";
  path_.nearest = NearestCall{kNoHop, {Gate::Trust}};
  EXPECT_NE(path().find("--from arn:aws:iam::111122223333:user/ann "
                        "--to 'arn:aws:iam::444455556666:role/deploy;id' --estate ..."),
            std::string::npos)
      << path();
}

}  // namespace
}  // namespace rolecall
