// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "live/access.h"

namespace rolecall {

struct CollectedCounts {
  std::size_t users = 0;
  std::size_t groups = 0;
  std::size_t roles = 0;
  std::size_t policies = 0;
};

// A whole account as files of an estate (docs/estate-format.md).
struct CollectedAccount {
  std::map<std::string, std::string> files{};  // Texts by file name.
  CollectedCounts counts{};
  std::vector<NotRead> not_read{};
  bool exported = false;  // The export was read in full. Otherwise there are no files.
};

// Reads users, groups, roles and policies, the session durations of roles, identity providers, and
// the VPC endpoints of the client's Region.
[[nodiscard]] CollectedAccount collect_account(const Access& access);

}  // namespace rolecall
