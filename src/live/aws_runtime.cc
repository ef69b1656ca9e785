// SPDX-License-Identifier: Apache-2.0
#include "live/aws_runtime.h"

#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace rolecall {

AwsRuntime make_aws_runtime(Environment environment, Diagnostics& diagnostics) {
  AwsRuntime runtime;
  runtime.profiles = AwsProfiles::load(environment, diagnostics);
  runtime.environment = std::move(environment);
  runtime.now = [] {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::seconds>(since).count();
  };
  runtime.wait = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  struct Source {
    std::mutex mutex{};
    std::minstd_rand engine{std::random_device{}()};
  };
  runtime.random = [source = std::make_shared<Source>()] {
    const std::lock_guard lock(source->mutex);
    return std::uniform_real_distribution<double>(0, 1)(source->engine);
  };
  return runtime;
}

}  // namespace rolecall
