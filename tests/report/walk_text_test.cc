// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/report/walk_report.h"

namespace rolecall {
namespace {

constexpr std::string_view kFrom = "arn:aws:iam::111122223333:user/ann";

class WalkText : public testing::Test {
 protected:
  WalkText() {
    to_.arn = "arn:aws:iam::444455556666:role/deploy";
    to_.trust = PlacedPolicy(&trust_);
  }

  std::string path() {
    return write_path_text({estate_, path_, diagnostics_, kFrom, to_, starts_}, {});
  }
  std::string reach() {
    return write_reach_text({estate_, path_.reach, diagnostics_, kFrom, starts_, false}, {});
  }

  Estate estate_;
  Diagnostics diagnostics_;
  Policy trust_{.kind = PolicyKind::Trust};
  Role to_;
  std::vector<WalkStart> starts_{*WalkStart::parse(kFrom)};
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
  path_.nearest = NearestCall{kNoHop, 0, {Gate::Trust}};
  EXPECT_NE(path().find("--from arn:aws:iam::111122223333:user/ann "
                        "--to 'arn:aws:iam::444455556666:role/deploy;id' --estate ..."),
            std::string::npos)
      << path();
}

TEST_F(WalkText, ListsWhatFetchesWhatWasNotChecked) {
  Hop first{.role = &to_, .account = "444455556666", .condition = ResidualTable::kAlways};
  first.not_checked = {Gate::Identity, Gate::Scp, Gate::Rcp};
  Hop second = first;
  second.account = "777788889999";
  second.not_checked = {Gate::Scp, Gate::Idp};
  path_.paths = {{first, second}};
  path_.starts = {0};
  const std::string text = path();
  const std::size_t at = text.find("\nNot checked: ");
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_EQ(
      text.substr(at),
      "\nNot checked: identity provider, identity-based policies, service control policies and "
      "resource\n    control policies\n"
      "  aws iam get-account-authorization-details > 111122223333.gaad.json  # in account "
      "111122223333\n"
      "  aws iam list-open-id-connect-providers  # in account 777788889999; then "
      "get-open-id-connect-provider for each\n"
      "  rolecall collect DIR --organization --role ROLE  # with a profile of the management "
      "account\n");
  estate_.organization.emplace();
  EXPECT_EQ(path().find("--organization"), std::string::npos);
  to_.trust = {};
  EXPECT_NE(path().find("\n  aws iam get-role --role-name deploy  # in account 444455556666\n"),
            std::string::npos)
      << path();
}

TEST_F(WalkText, SaysWhatSettlesACallThatCannotBeTold) {
  Hop known{.role = &to_, .condition = ResidualTable::kAlways};
  Role other;
  other.arn = "arn:aws:iam::444455556666:role/other";
  Hop untold{.role = &other, .condition = ResidualTable::kAlways, .unknown = true};
  path_.paths = {{known, untold}};
  path_.starts = {0};
  EXPECT_NE(path().find("What would settle it:\n  rolecall explain --from "
                        "arn:aws:iam::444455556666:role/deploy --to "
                        "arn:aws:iam::444455556666:role/other --estate ...\n"),
            std::string::npos)
      << path();
  // Nobody can be named who is one of many.
  starts_ = {*WalkStart::parse("external"), starts_[0]};
  path_.paths = {{untold}};
  EXPECT_EQ(path().find("What would settle it"), std::string::npos) << path();
}

TEST_F(WalkText, SaysWhoBeginsWhereThereAreSeveral) {
  starts_.push_back(*WalkStart::parse("account:999900001111"));
  Hop call{.role = &to_, .condition = ResidualTable::kAlways};
  path_.reach.sessions = {{kNoHop, 1, 1, false, call}};
  path_.reach.roles = {0};
  EXPECT_NE(reach().find("role/deploy, from account:999900001111\n"), std::string::npos) << reach();
  // The only user of an account is not the account.
  starts_.erase(starts_.begin());
  path_.reach.sessions[0].start = 0;
  EXPECT_NE(reach().find(", from account:999900001111\n"), std::string::npos) << reach();
  starts_ = {*WalkStart::parse(kFrom)};
  EXPECT_EQ(reach().find(", from"), std::string::npos) << reach();
}

}  // namespace
}  // namespace rolecall
