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
  std::string no_proxy{};     // Hosts that are reached without a proxy, separated by commas.
};

// HTTP by libcurl, which is loaded by this call, so that it need not be installed to work offline.
// Connections are reused; redirects are not followed. Fails when libcurl cannot be loaded.
[[nodiscard]] Result<std::unique_ptr<HttpTransport>> make_curl_transport(CurlSettings settings);

}  // namespace rolecall
