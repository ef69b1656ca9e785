// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "rolecall/base/time.h"

#include "live/secret.h"

namespace rolecall {

struct Credentials {
  std::string access_key_id{};  // Not a secret, but never printed either.
  Secret secret_access_key{};
  Secret session_token{};  // Empty for long-term keys.
  std::optional<EpochSeconds> expires{};

  [[nodiscard]] bool empty() const { return access_key_id.empty() || secret_access_key.empty(); }
};

}  // namespace rolecall
