// SPDX-License-Identifier: Apache-2.0
#include "rolecall/diagnose/denial_stream.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

std::string role(int number) {
  return "arn:aws:iam::444455556666:role/r" + std::to_string(number);
}

std::string denial(int number) {
  return "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: sts:AssumeRole "
         "on resource: " +
         role(number) + " because no identity-based policy allows it\n";
}

std::string noise(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "2026-11-20T10:00:00Z [DEBUG] provider: request sent\n";
  return text;
}

std::vector<std::string> roles(DenialStream& stream) {
  std::vector<std::string> all;
  for (const ErrorEvidence& each : stream.finish()) all.push_back(each.role);
  return all;
}

TEST(DenialStream, RemembersADenialHoweverMuchFollows) {
  DenialStream stream;
  stream.add(denial(1));
  stream.add(noise(5 * kMegabyte));
  stream.add(denial(2));
  EXPECT_EQ(roles(stream), (std::vector<std::string>{role(1), role(2)}));
}

TEST(DenialStream, CutsNoDenialWhereverABlockEnds) {
  for (std::size_t before = kMegabyte - 600; before < kMegabyte + 600; before += 101) {
    DenialStream stream;
    stream.add(std::string(before, '\n') + denial(1) + noise(kMegabyte));
    EXPECT_EQ(roles(stream), std::vector<std::string>{role(1)}) << before;
  }
}

TEST(DenialStream, CutsNoDenialOfALineThatNeverEnds) {
  const auto words = [](std::size_t size) {
    std::string text;
    while (text.size() < size) text += "word ";
    return text;
  };
  std::string one = denial(1);
  one.pop_back();
  constexpr std::size_t kBlock = kMegabyte + (kMegabyte >> 4);
  for (std::size_t before = kBlock - 400; before < kBlock + 100; before += 37) {
    DenialStream stream;
    stream.add(words(before) + one + ". " + words(kMegabyte));
    EXPECT_EQ(roles(stream), std::vector<std::string>{role(1)}) << before;
  }
}

TEST(DenialStream, CopesWithALineThatNeverEnds) {
  DenialStream stream;
  stream.add(denial(1));
  for (int i = 0; i < 5; ++i) stream.add(std::string(kMegabyte, 'x'));
  EXPECT_EQ(roles(stream), std::vector<std::string>{role(1)});
}

TEST(DenialStream, TakesAVaguePhraseOnlyWhereNothingBetterIsSaid) {
  DenialStream alone;
  alone.add("An error occurred (AccessDenied): could not assume the role\n");
  const std::size_t vague = alone.finish().size();
  DenialStream stream;
  stream.add("An error occurred (AccessDenied): could not assume the role\n" +
             noise(2 * kMegabyte) + denial(1));
  EXPECT_LE(vague, 1U);
  EXPECT_EQ(roles(stream), std::vector<std::string>{role(1)});
}

TEST(DenialStream, SaysThatThereWereMore) {
  DenialStream stream(2);
  stream.add(denial(1) + denial(2));
  stream.add(denial(3));
  EXPECT_EQ(stream.finish().size(), 2U);
  EXPECT_TRUE(stream.cut());
  DenialStream enough(2);
  enough.add(denial(1) + denial(2) + denial(1));
  EXPECT_EQ(enough.finish().size(), 2U);
  EXPECT_FALSE(enough.cut());
}

}  // namespace
}  // namespace rolecall
