// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "rolecall/report/who_report.h"

namespace rolecall {
namespace {

TEST(WhoText, SaysNobodyOnlyWhereAllWasLookedAt) {
  const Estate estate;
  const Diagnostics diagnostics;
  Role role;
  role.name = "deploy";
  WhoAnswer answer;
  answer.role = &role;
  answer.account = "444455556666";
  const auto first_words = [&] {
    return write_who_text({estate, answer, diagnostics, false}, {.quiet = true});
  };
  const std::string rest = " assume role `deploy` of 444455556666\n";
  EXPECT_EQ(first_words(), "Nobody can" + rest);
  answer.gaps.push_back({"role/gone", "the account has no such role", {}, /*dangling=*/true});
  EXPECT_EQ(first_words(), "Nobody can" + rest);
  answer.gaps.push_back({"the estate", "a file could not be read", {}, /*dangling=*/false});
  EXPECT_EQ(first_words(), "Nobody is known to be able to" + rest);
}

}  // namespace
}  // namespace rolecall
