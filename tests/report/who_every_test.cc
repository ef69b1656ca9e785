// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/report/who_every_report.h"

namespace rolecall {
namespace {

class WhoEveryText : public testing::Test {
 protected:
  WhoCount& add(std::string_view arn) {
    Role& role = roles_.emplace_back();
    role.arn = arn;
    WhoCount& made = counts_.emplace_back();
    made.role = &role;
    made.account = "444455556666";
    return made;
  }

  std::string text(TextStyle style = {}) const {
    return write_who_every_text({estate_, counts_, gaps_, diagnostics_, all_}, style);
  }

  Estate estate_;
  Diagnostics diagnostics_;
  std::deque<Role> roles_;
  std::vector<WhoCount> counts_;
  std::vector<WhoGap> gaps_;
  bool all_ = false;
};

TEST_F(WhoEveryText, SaysThatThereAreNoRoles) {
  EXPECT_EQ(text(), "The estate has no roles\n");
}

TEST_F(WhoEveryText, SaysWhyThereMayBeRoles) {
  estate_.account("444455556666").exported = true;
  gaps_.push_back({"roles of account 444455556666", "the export does not list them all", "fetch"});
  EXPECT_EQ(text(),
            "No role is known: exports do not list them all\n\nThere may be more:\n"
            "  - roles of account 444455556666: the export does not list them all\n      fetch\n");
}

TEST_F(WhoEveryText, TellsNobodyFromNotKnown) {
  add("role/shut");
  add("role/unread").trust_known = false;
  add("role/more").complete = false;
  EXPECT_EQ(
      text({.quiet = true}),
      "3 roles of 1 account: 0 open to every other account, 0 to somebody, 1 to nobody; 2 not "
      "told in full\n");
  EXPECT_NE(text().find("  role/unread: not known\n"), std::string::npos);
  EXPECT_NE(text().find("  role/more: nobody; there may be more\n"), std::string::npos);
}

TEST_F(WhoEveryText, ListsWhatMostCanAssumeFirst) {
  add("role/few").can[static_cast<std::size_t>(AssumerKind::User)] = 1;
  WhoCount& many = add("role/many");
  many.can[static_cast<std::size_t>(AssumerKind::Role)] = 1200;
  many.can[static_cast<std::size_t>(AssumerKind::Outside)] = 1;
  many.conditional = 1;
  const std::string written = text();
  EXPECT_NE(written.find("Open to principals of every other account:\n  role/many: 1,200 roles and "
                         "any other account, 1 of them under conditions\n"),
            std::string::npos)
      << written;
  EXPECT_NE(written.find("  role/many: 1,200 roles and any other account, 1 of them under "
                         "conditions\n  role/few: 1 user\n"),
            std::string::npos)
      << written;
}

TEST_F(WhoEveryText, ListsTheFirstOnesUnlessAllAreAskedFor) {
  for (int i = 0; i < 30; ++i) add("role/r").can[0] = 1;
  EXPECT_NE(text().find("  and 11 more (--all lists them)\n"), std::string::npos) << text();
  all_ = true;
  EXPECT_EQ(text().find("more (--all"), std::string::npos);
}

TEST_F(WhoEveryText, EscapesNames) {
  add("role/\x1b[31m").can[0] = 1;
  EXPECT_EQ(text().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace rolecall
