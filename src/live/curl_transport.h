// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "rolecall/base/result.h"

#include "live/http.h"

namespace rolecall {

struct CurlSettings {
  std::string ca_bundle{};    // File of certificates; empty: those of the system.
  std::string http_proxy{};   // For http:// endpoints.
  std::string https_proxy{};  // For https:// endpoints.
  std::string no_proxy{};     // Hosts past any proxy, separated by commas.
};

// HTTP over libcurl, which is loaded here and not before: a program that stays offline does not
// pay for it, and runs where it is not installed. Connections are kept for further requests;
// redirects are not followed. Fails when libcurl is not there.
[[nodiscard]] Result<std::unique_ptr<HttpTransport>> make_curl_transport(CurlSettings settings);

}  // namespace rolecall
