// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "live/access.h"

namespace rolecall {

// Something that is set up to use roles: whoever sets it up passes them to a service.
struct ServiceSetup {
  std::string_view name{};       // `ecs-task`
  std::string_view noun{};       // `task definition`
  std::string_view principal{};  // The service that assumes the roles.
  AwsCall call{};                // Tells what is set up.
  std::string_view parameter{};  // Of that call: which one is meant.
};
[[nodiscard]] std::span<const ServiceSetup> service_setups();
// Null when there is none of this name.
[[nodiscard]] const ServiceSetup* find_service_setup(std::string_view name);

// A role that is used: passed to `service`, or assumed by another role.
struct ServiceRole {
  std::string arn{};  // Empty: could not be read.
  std::string service{};
  std::string assumed_by{};  // ARN of a role.
};

struct ServiceRoles {
  std::vector<ServiceRole> roles{};
  std::vector<NotRead> not_read{};
  std::string fault{};  // Why there are none, where that is known.
};
// Asks AWS which roles `subject` uses, each once. REQUIRES: at least one access.
[[nodiscard]] ServiceRoles find_service_roles(std::vector<const Access*> accesses,
                                              const ServiceSetup& setup,
                                              const std::string& subject);

}  // namespace rolecall
