// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rolecall/base/time.h"

#include "live/aws_config.h"
#include "live/environment.h"
#include "live/http.h"

namespace rolecall {

// Everything that the live layer takes from the outside world, so that tests can replace it.
struct AwsRuntime {
  Environment environment{};
  AwsProfiles profiles{};
  // The current time, for signatures and expiry.
  std::function<EpochSeconds()> now{};
  // Waits between two attempts.
  std::function<void(std::chrono::milliseconds)> wait{};
  // A random number in [0, 1), which spreads the retries of callers that were throttled together.
  std::function<double()> random{};
  // Asks the user for the code of an MFA device; nothing when there is nobody to ask.
  std::function<std::optional<std::string>(std::string_view serial)> ask_mfa_code{};
};

// A runtime with this machine's clock, sleep and random numbers, and nobody to ask for MFA codes.
[[nodiscard]] AwsRuntime make_aws_runtime(Environment environment, Diagnostics& diagnostics);

}  // namespace rolecall
