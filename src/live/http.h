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
  std::string path = "/";  // As it goes over the wire.
  HttpFields headers{};    // Without Host and Content-Length.
  std::string body{};
  std::chrono::milliseconds timeout = std::chrono::seconds(60);  // For the whole exchange.
  bool direct = false;                                           // Past any proxy.

  // What the Host header says: `iam.amazonaws.com`, with the port unless it is the scheme's own.
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

// No answer came, or not all of it.
struct HttpFailure {
  std::string message{};
  bool may_pass = true;  // Worth another try. False for what stays as it is: certificates, names.
};

// Sends requests; safe from several threads at once.
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
