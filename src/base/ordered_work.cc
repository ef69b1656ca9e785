// SPDX-License-Identifier: Apache-2.0
#include "ordered_work.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace rolecall {

void run_in_order(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& make,
                  const std::function<void(std::size_t)>& take) {
  if (jobs <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      make(i);
      take(i);
    }
    return;
  }
  const std::size_t ahead = 2 * jobs;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t begun = 0;
  std::size_t taken = 0;
  std::vector<bool> made(count);
  std::exception_ptr thrown;
  const auto guarded = [&](std::unique_lock<std::mutex>& lock, const auto& step, std::size_t i) {
    lock.unlock();
    std::exception_ptr own;
    try {
      step(i);
    } catch (...) {
      own = std::current_exception();
    }
    lock.lock();
    if (!thrown) thrown = own;
    changed.notify_all();
  };
  const auto work = [&] {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return thrown || begun == count || begun < taken + ahead; });
      if (thrown || begun == count) return;
      const std::size_t own = begun++;
      guarded(lock, make, own);
      made[own] = true;
    }
  };
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t i = 0; i < std::min(jobs, count); ++i) threads.emplace_back(work);
    } catch (const std::system_error&) {
      // Goes on with as many threads as the system allows.
      if (threads.empty()) return run_in_order(count, 1, make, take);
    }
    std::unique_lock lock(mutex);
    for (std::size_t i = 0; i < count && !thrown; ++i) {
      changed.wait(lock, [&] { return thrown || made[i]; });
      if (!thrown) guarded(lock, take, i);
      ++taken;
    }
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace rolecall
