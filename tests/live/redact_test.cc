// SPDX-License-Identifier: Apache-2.0
#include "live/redact.h"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(Redact, TakesOutEverySecretInBothForms) {
  EXPECT_EQ(redact("a+b c a+b a%2Bb", {"a+b", ""}), "*** c *** ***");
}

TEST(Redact, TakesOutALongSecretThatHoldsAShortOne) {
  EXPECT_EQ(redact("token 12345678 code 345", {"345", "12345678"}), "token *** code ***");
}

TEST(UserInfo, IsWhatStandsBeforeTheHost) {
  EXPECT_EQ(user_info("http://me:p@ss@proxy:80"), "me:p@ss");
  EXPECT_EQ(user_info("me:pass@proxy"), "me:pass");
  EXPECT_EQ(user_info("http://proxy:80"), "");
}

}  // namespace
}  // namespace rolecall
