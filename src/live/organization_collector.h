// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "live/access.h"

namespace rolecall {

struct CollectedOrganization {
  std::string text{};  // Of organization.json; empty when it could not be read in full.
  std::string id{};
  bool none = false;                    // The account belongs to no organization.
  std::vector<std::string> accounts{};  // Those that can be read.
  std::vector<std::string> left_out{};  // `777788889999 (SUSPENDED)`
  std::set<std::string> listed{};       // All of them, ids.
  std::vector<NotRead> not_read{};
};

// Reads the whole organization: its tree, its SCPs and RCPs, and where they are attached. To be
// asked of the management account or a delegated administrator. Documents of policies may be
// missing, which is noted; anything else that is missing leaves the text empty.
[[nodiscard]] CollectedOrganization collect_organization(const Access& access);

}  // namespace rolecall
