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

// How AWS is reached under a profile: what the AWS CLI would use, in its order of precedence.
struct AwsSettings {
  std::string profile{};  // `default` when none is named.
  std::string region{};   // Empty when nothing says it.
  int max_attempts = 10;
  bool use_fips = false;
  bool use_dualstack = false;
};

// `region` is that of the command line, and wins. Settings that cannot be understood are reported.
[[nodiscard]] AwsSettings load_aws_settings(const Environment& environment,
                                            const AwsProfiles& profiles, std::string_view profile,
                                            std::string_view region, Diagnostics& diagnostics);

// The partition of a Region; `aws` without one.
[[nodiscard]] std::string_view partition_of(std::string_view region);

// Whether it is scheme, host and perhaps port of an http or https URL, and nothing else: no path,
// and no user that would stand in for the host.
[[nodiscard]] bool is_endpoint(std::string_view url);

// Proxies and certificates. `profile` empty: the one that is used when none is named.
[[nodiscard]] CurlSettings load_curl_settings(const Environment& environment,
                                              const AwsProfiles& profiles,
                                              std::string_view profile);

struct AwsEndpoint {
  std::string url{};  // Scheme, host and port.
  SigningScope scope{};
};
// Where a service is, and what signatures for it name. Without a Region that of the partition's
// global endpoints is meant. Fails when what was configured is no http or https URL.
[[nodiscard]] Result<AwsEndpoint> find_endpoint(AwsService service, const AwsSettings& settings,
                                                const Environment& environment,
                                                const AwsProfiles& profiles);

}  // namespace rolecall
