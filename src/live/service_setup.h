// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "live/access.h"

namespace rolecall {

// A kind of resource that uses roles: whoever creates it passes them to a service.
struct ServiceSetup {
  std::string_view name{};       // As on the command line: `ecs-task`.
  std::string_view noun{};       // In words: `task definition`.
  std::string_view principal{};  // The service that assumes the roles.
  AwsCall call{};                // Describes a resource.
  std::string_view parameter{};  // The parameter of that call that names the resource.
};
[[nodiscard]] std::span<const ServiceSetup> service_setups();
// Null when there is none of this name.
[[nodiscard]] const ServiceSetup* find_service_setup(std::string_view name);

// A role that a resource uses: passed to `service`, or assumed by another role.
struct ServiceRole {
  std::string arn{};  // Empty when it could not be read.
  std::string service{};
  std::string assumed_by{};  // ARN of the other role.
};

struct ServiceRoles {
  std::vector<ServiceRole> roles{};
  std::vector<NotRead> not_read{};
  std::string fault{};  // Why there are no roles, if that is known.
};
// Reads from AWS which roles the resource `subject` uses, each once. REQUIRES: at least one access.
[[nodiscard]] ServiceRoles find_service_roles(std::vector<const Access*> accesses,
                                              const ServiceSetup& setup,
                                              const std::string& subject);

}  // namespace rolecall
