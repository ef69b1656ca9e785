// SPDX-License-Identifier: Apache-2.0
#include "live/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitCommand, SplitsAsAShellDoes) {
  EXPECT_THAT(split_command(R"( /a\ b 'c "d' "e \"f\" \n" "" g'h'i )"),
              ElementsAre("/a b", "c \"d", "e \"f\" \\n", "", "ghi"));
  EXPECT_THAT(split_command("a 'b"), IsEmpty());
  EXPECT_THAT(split_command("  "), IsEmpty());
}

TEST(RunProcess, ReturnsWhatIsWritten) {
  const auto output =
      run_process({"sh", "-c", "echo out; echo ignored >/dev/null"}, std::chrono::seconds(20));
  ASSERT_TRUE(output);
  EXPECT_EQ(*output, "out\n");
}

TEST(RunProcess, SaysWhyItFailedAndNotWhatWasWritten) {
  const auto status = run_process({"sh", "-c", "echo secret; exit 3"}, std::chrono::seconds(20));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "`sh` ended with status 3");
  const auto absent = run_process({"no-such-program-here"}, std::chrono::seconds(20));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().message,
            "`no-such-program-here` cannot be started: No such file or directory");
}

TEST(RunProcess, StopsWhatDoesNotEnd) {
  const auto slow = run_process({"sleep", "60"}, std::chrono::milliseconds(50));
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().message, "`sleep` did not end in time, and was stopped");
}

TEST(RunProcess, StopsWhatGoesOnAfterItsOutput) {
  const auto begin = std::chrono::steady_clock::now();
  const auto silent =
      run_process({"sh", "-c", "exec >&-; exec sleep 60"}, std::chrono::milliseconds(200));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().message, "`sh` did not end in time, and was stopped");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

}  // namespace
}  // namespace rolecall
