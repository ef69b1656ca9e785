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

// What the outside world is to the live layer; tests put their own in its place.
struct AwsRuntime {
  Environment environment{};
  AwsProfiles profiles{};
  // The time that goes into signatures.
  std::function<EpochSeconds()> now{};
  // Waits between two attempts.
  std::function<void(std::chrono::milliseconds)> wait{};
  // A number in [0, 1), so that callers who were throttled together do not come back together.
  std::function<double()> random{};
  // The code of the MFA device, asked of a person; nothing when there is nobody to ask.
  std::function<std::optional<std::string>(std::string_view serial)> ask_mfa_code{};
};

// Clock, sleep and random numbers of this machine; nobody to ask.
[[nodiscard]] AwsRuntime make_aws_runtime(Environment environment, Diagnostics& diagnostics);

}  // namespace rolecall
