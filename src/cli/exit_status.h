// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/eval/gate.h"

namespace rolecall::cli {

// What the program returns to its caller (docs/cli.md).
enum class ExitStatus : int {
  Allowed = 0,  // Allowed, or nothing to report.
  Failed = 1,   // Could not do it: input unreadable.
  Usage = 2,    // Wrong usage.
  Denied = 3,
  Findings = 4,
  Undecided = 5,  // `unknown` or `conditional`.
};

[[nodiscard]] constexpr ExitStatus exit_status_of(Decision decision) {
  switch (decision) {
    case Decision::Allowed:
      return ExitStatus::Allowed;
    case Decision::Denied:
      return ExitStatus::Denied;
    case Decision::Conditional:
    case Decision::Unknown:
      return ExitStatus::Undecided;
  }
  return ExitStatus::Undecided;
}

}  // namespace rolecall::cli
