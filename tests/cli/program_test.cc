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
  constexpr std::array<std::array<const char*, 3>, 3> kAll = {
      {{"rolecall", "lint", "no-such-file.json"},
       {"rolecall", "explain", "--help"},
       {"rolecall", "--version", nullptr}}};
  for (const auto& arguments : kAll) {
    Full full;
    std::istringstream in;
    std::ostream out(&full);
    std::ostringstream err;
    Console console{in, out, err};
    const int count = arguments[2] == nullptr ? 2 : 3;
    EXPECT_EQ(run_program(count, arguments.data(), console), ExitStatus::Failed) << arguments[1];
    EXPECT_THAT(err.str(), testing::HasSubstr("the answer could not be written"));
  }
}

}  // namespace
}  // namespace rolecall::cli
