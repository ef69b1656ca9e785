// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rolecall/base/result.h"

#include "live/aws_call.h"
#include "live/aws_config.h"
#include "live/curl_transport.h"
#include "live/environment.h"
#include "live/sigv4.h"

namespace rolecall {

// The settings of a profile with which AWS is called, found in the AWS CLI's order of precedence.
struct AwsSettings {
  std::string profile{};  // `default` when none is named.
  std::string region{};   // Empty when it is not configured.
  int max_attempts = 10;
  bool use_fips = false;
  bool use_dualstack = false;
};

// `region` is from the command line and takes precedence. Invalid settings are reported.
[[nodiscard]] AwsSettings load_aws_settings(const Environment& environment,
                                            const AwsProfiles& profiles, std::string_view profile,
                                            std::string_view region, Diagnostics& diagnostics);

// The partition of a Region; `aws` without one.
[[nodiscard]] std::string_view partition_of(std::string_view region);

// Whether the text is an http or https URL of only a scheme, a host and an optional port. A user
// part, which could be mistaken for the host, is not allowed.
[[nodiscard]] bool is_endpoint(std::string_view url);

// Proxies and certificates. `profile` empty: the default profile.
[[nodiscard]] CurlSettings load_curl_settings(const Environment& environment,
                                              const AwsProfiles& profiles,
                                              std::string_view profile);

struct AwsEndpoint {
  std::string url{};  // Scheme, host and port.
  SigningScope scope{};
};
// The endpoint of a service, and the scope of signatures for it. Without a Region, the one of the
// partition's global endpoints. Fails when the configured endpoint is not an http or https URL.
[[nodiscard]] Result<AwsEndpoint> find_endpoint(AwsService service, const AwsSettings& settings,
                                                const Environment& environment,
                                                const AwsProfiles& profiles);

}  // namespace rolecall
