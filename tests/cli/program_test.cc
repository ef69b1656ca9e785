// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <sstream>
#include <streambuf>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"

namespace rolecall::cli {
namespace {

// A disk that is full.
class Full : public std::streambuf {
 protected:
  int_type overflow(int_type) override { return traits_type::eof(); }
  int sync() override { return -1; }
};

TEST(RunProgram, FailsWhenTheAnswerCannotBeWritten) {
  Full full;
  std::istringstream in;
  std::ostream out(&full);
  std::ostringstream err;
  Console console{in, out, err};
  constexpr std::array kArguments = {"rolecall", "lint", "no-such-file.json"};
  EXPECT_EQ(run_program(static_cast<int>(kArguments.size()), kArguments.data(), console),
            ExitStatus::Failed);
  EXPECT_THAT(err.str(), testing::HasSubstr("the answer could not be written"));
}

}  // namespace
}  // namespace rolecall::cli
