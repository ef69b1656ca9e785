// SPDX-License-Identifier: Apache-2.0
#include "base/ordered_work.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

class OrderedWork : public testing::TestWithParam<std::size_t> {};

TEST_P(OrderedWork, TakesEachResultOnceInOrder) {
  constexpr std::size_t kCount = 500;
  std::vector<std::size_t> made(kCount);
  std::vector<std::size_t> taken;
  run_in_order(
      kCount, GetParam(),
      [&](std::size_t i) {
        if (i % 7 == 0) std::this_thread::yield();
        made[i] = i + 1;
      },
      [&](std::size_t i) { taken.push_back(made[i]); });
  ASSERT_EQ(taken.size(), kCount);
  for (std::size_t i = 0; i < kCount; ++i) EXPECT_EQ(taken[i], i + 1);
}

TEST_P(OrderedWork, MakesNoMoreThanAFewAhead) {
  constexpr std::size_t kCount = 200;
  std::atomic<std::size_t> open = 0;
  std::atomic<std::size_t> most = 0;
  run_in_order(
      kCount, GetParam(),
      [&](std::size_t) {
        const std::size_t now = ++open;
        std::size_t seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
      },
      [&](std::size_t) { --open; });
  EXPECT_LE(most, std::max<std::size_t>(2 * GetParam(), 1));
}

TEST_P(OrderedWork, OfNothingIsNothing) {
  const auto fail = [](std::size_t) { ADD_FAILURE(); };
  run_in_order(0, GetParam(), fail, fail);
}

TEST_P(OrderedWork, ThrowsOnWhatAStepThrows) {
  const auto fail_at = [](std::size_t wrong) {
    return [wrong](std::size_t i) {
      if (i == wrong) throw std::runtime_error("full");
    };
  };
  EXPECT_THROW(run_in_order(50, GetParam(), fail_at(20), fail_at(99)), std::runtime_error);
  EXPECT_THROW(run_in_order(50, GetParam(), fail_at(99), fail_at(20)), std::runtime_error);
  EXPECT_THROW(run_in_order(50, GetParam(), fail_at(49), fail_at(49)), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Jobs, OrderedWork, testing::Values(0, 1, 2, 5),
                         [](const auto& row) { return std::to_string(row.param); });

}  // namespace
}  // namespace rolecall
