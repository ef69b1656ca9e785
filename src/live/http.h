// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rolecall/base/result.h"

namespace rolecall {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "POST";
  std::string endpoint{};  // Scheme, host and port: `https://iam.amazonaws.com`.
  std::string path = "/";  // Percent-encoded.
  HttpFields headers{};    // Without Host and Content-Length.
  std::string body{};
  std::chrono::milliseconds timeout = std::chrono::seconds(60);  // For the whole exchange.
  bool direct = false;                                           // Do not use a proxy.

  // The value of the Host header: `iam.amazonaws.com`, with the port unless it is the default one.
  [[nodiscard]] std::string host() const {
    const std::size_t scheme = endpoint.find("://");
    std::string host = scheme == std::string::npos ? endpoint : endpoint.substr(scheme + 3);
    const std::string_view own_port = endpoint.starts_with("https") ? ":443" : ":80";
    if (host.ends_with(own_port)) host.resize(host.size() - own_port.size());
    return host;
  }
};

struct HttpResponse {
  int status = 0;
  std::string body{};
  std::string error_type{};  // Header X-Amzn-ErrorType.
};

// No answer came, or an incomplete one.
struct HttpFailure {
  std::string message{};
  bool may_pass = true;  // Another attempt may succeed; not so for a wrong certificate or host.
};

// Sends requests. Safe from several threads.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  HttpTransport() = default;
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  [[nodiscard]] virtual tl::expected<HttpResponse, HttpFailure> send(
      const HttpRequest& request) = 0;
};

}  // namespace rolecall
