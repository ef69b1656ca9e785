// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "live/access.h"

namespace rolecall {

struct CollectedOrganization {
  std::string text{};  // Text of organization.json; empty when it could not be read in full.
  std::string id{};
  bool none = false;                    // The account belongs to no organization.
  std::vector<std::string> accounts{};  // Ids of accounts that can be read.
  std::vector<std::string> left_out{};  // Other accounts, with the reason:
                                        // `777788889999 (SUSPENDED)`.
  std::set<std::string> listed{};       // Ids of all accounts.
  std::vector<NotRead> not_read{};
};

// Reads the whole organization: its tree, its SCPs and RCPs, and where they are attached. AWS
// answers this to the management account and to delegated administrators. Documents of policies may
// be missing, which is recorded; if anything else is missing, the text stays empty.
[[nodiscard]] CollectedOrganization collect_organization(const Access& access);

}  // namespace rolecall
