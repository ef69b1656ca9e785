// SPDX-License-Identifier: Apache-2.0
#include "ordered_work.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
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
  const auto work = [&] {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return begun == count || begun < taken + ahead; });
      if (begun == count) return;
      const std::size_t own = begun++;
      lock.unlock();
      make(own);
      lock.lock();
      made[own] = true;
      changed.notify_all();
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min(jobs, count); ++i) threads.emplace_back(work);
  for (std::size_t i = 0; i < count; ++i) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return made[i]; });
    lock.unlock();
    take(i);
    lock.lock();
    ++taken;
    changed.notify_all();
  }
  for (std::thread& each : threads) each.join();
}

}  // namespace rolecall
