// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/trust/assume_request.h"

// Small organizations whose policies name each other's principals, and calls between them. The
// same seed gives the same on every machine.
namespace rolecall::random {

struct EstateFiles {
  std::map<std::string, std::string> files{};
};
[[nodiscard]] EstateFiles make_estate(std::uint64_t seed);

// Everyone who may ask: principals of the estate, of accounts without export, services, issuers,
// SAML providers.
[[nodiscard]] std::vector<RequestPrincipal> make_principals();
[[nodiscard]] std::vector<std::string> target_roles();

// A call with everything about it known.
[[nodiscard]] AssumeRequest make_request(std::uint64_t seed, const RequestPrincipal& principal,
                                         const std::string& role);

}  // namespace rolecall::random
