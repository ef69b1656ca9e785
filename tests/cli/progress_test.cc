// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <sstream>

#include <gtest/gtest.h>

namespace rolecall::cli {
namespace {

using namespace std::chrono_literals;

class ProgressTest : public ::testing::Test {
 protected:
  // What is written when `done` of 10 files are read `after` the start.
  std::string show(Progress& progress, std::chrono::milliseconds after, std::size_t done,
                   std::size_t of = 10) {
    err_.str("");
    now_ = std::chrono::steady_clock::time_point() + after;
    progress.show(done, of);
    return err_.str();
  }
  Progress::Clock clock() {
    return [this] { return now_; };
  }

  std::chrono::steady_clock::time_point now_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  Console console_{in_, out_, err_, false, false, /*err_is_terminal=*/true};
};

TEST_F(ProgressTest, IsShownOnceWorkLasts) {
  Progress progress(console_, "files read", clock());
  EXPECT_EQ(show(progress, 499ms, 1), "");
  EXPECT_EQ(show(progress, 500ms, 2), "\r\x1b[K2 of 10 files read");
  EXPECT_EQ(show(progress, 600ms, 3), "");
  EXPECT_EQ(show(progress, 700ms, 4), "\r\x1b[K4 of 10 files read");
}

TEST_F(ProgressTest, CountsWhatHasNoKnownEnd) {
  Progress progress(console_, "cases decided", clock());
  EXPECT_EQ(show(progress, 1s, 1000, 0), "\r\x1b[K1000 cases decided");
}

TEST_F(ProgressTest, IsTakenAwayAtTheEnd) {
  {
    Progress progress(console_, "files read", clock());
    show(progress, 1s, 2);
    err_.str("");
  }
  EXPECT_EQ(err_.str(), "\r\x1b[K");
}

TEST_F(ProgressTest, LeavesNothingWhereNothingWasShown) {
  { const Progress progress(console_, "files read", clock()); }
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ProgressTest, IsSilentWithoutATerminal) {
  console_.err_is_terminal = false;
  Progress progress(console_, "files read", clock());
  EXPECT_EQ(show(progress, 1h, 5), "");
  progress.clear();
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace rolecall::cli
