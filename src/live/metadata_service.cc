// SPDX-License-Identifier: Apache-2.0
#include "live/metadata_service.h"

#include <array>
#include <string>

#include <fmt/format.h>

#include "rolecall/base/cidr.h"
#include "rolecall/base/file_reader.h"
#include "rolecall/base/text.h"

#include "live/aws_settings.h"
#include "live/credential_chain.h"

namespace rolecall {

namespace {

constexpr std::string_view kContainerHost = "http://169.254.170.2";
constexpr std::string_view kInstanceHost = "http://169.254.169.254";
constexpr std::string_view kInstanceHostIpv6 = "http://[fd00:ec2::254]";
constexpr std::size_t kMaxToken = 65536;

// Hosts to which credentials may be sent without TLS: this machine, and those of ECS and EKS.
bool is_trusted_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::string_view address = host.substr(1, host.find(']') - 1);
    return address == "::1" || address == "fd00:ec2::23";
  }
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "169.254.170.2" || host == "169.254.170.23" ||
         (host.starts_with("127.") && Cidr::parse(host));
}

struct SplitUrl {
  std::string endpoint{};
  std::string path{};
};

SplitUrl split_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (path == std::string_view::npos) return {std::string(url), "/"};
  return {std::string(url.substr(0, path)), std::string(url.substr(path))};
}

bool has_line_break(std::string_view text) {
  return text.find_first_of("\r\n") != std::string_view::npos;
}

// A short timeout: these services are near, or not there at all.
HttpRequest make_get(SplitUrl url) {
  HttpRequest request;
  request.method = "GET";
  request.endpoint = std::move(url.endpoint);
  request.path = std::move(url.path);
  request.timeout = std::chrono::seconds(2);
  request.direct = true;
  return request;
}

}  // namespace

Result<std::optional<Credentials>> from_container(const AwsRuntime& runtime,
                                                  HttpTransport& transport) {
  const Environment& environment = runtime.environment;
  const std::string_view relative = environment.find("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  std::string url(environment.find("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
  if (!relative.empty()) url = fmt::format("{}{}", kContainerHost, relative);
  if (url.empty()) return std::nullopt;
  const SplitUrl split = split_url(url);
  const bool plain = split.endpoint.starts_with("http://");
  if (has_line_break(url) || !is_endpoint(split.endpoint) ||
      (plain && !is_trusted_host(without_scheme(split.endpoint)))) {
    return fail(DiagnosticCode::NoCredentials,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that is not trusted with "
                "credentials");
  }
  HttpRequest request = make_get(split);
  std::string token(environment.find("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  const std::string file(environment.find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
  if (!file.empty()) {
    auto text = read_file(file, kMaxToken);
    if (!text) return tl::make_unexpected(std::move(text.error()));
    token = trim(*text);
  }
  if (has_line_break(token)) {
    return fail(DiagnosticCode::NoCredentials, "the container's token has a line break in it");
  }
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  const auto response = transport.send(request);
  auto credentials =
      response && response->status == 200 ? parse_credentials(response->body) : std::nullopt;
  if (!credentials) {
    return fail(DiagnosticCode::NoCredentials,
                fmt::format("the container's credentials cannot be read: {}",
                            response ? fmt::format("HTTP status {}", response->status)
                                     : response.error().message));
  }
  return credentials;
}

Result<std::optional<Credentials>> from_instance(const AwsRuntime& runtime,
                                                 HttpTransport& transport) {
  const Environment& environment = runtime.environment;
  if (environment.is_true("AWS_EC2_METADATA_DISABLED")) return std::nullopt;
  std::string endpoint(environment.find("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (endpoint.empty()) {
    const std::string_view mode = environment.find("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    endpoint = equals_ignore_case(mode, "IPv6") ? kInstanceHostIpv6 : kInstanceHost;
  }
  HttpRequest request = make_get({endpoint, "/latest/api/token"});
  request.method = "PUT";
  request.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}};
  request.timeout = std::chrono::seconds(1);
  const auto token = transport.send(request);
  if (!token || token->status != 200 || has_line_break(token->body)) return std::nullopt;
  const std::string folder = "/latest/meta-data/iam/security-credentials/";
  HttpRequest list = make_get({endpoint, folder});
  list.headers = {{"X-aws-ec2-metadata-token", token->body}};
  const auto names = transport.send(list);
  if (!names || names->status != 200) return std::nullopt;
  const std::string_view role = split(trim(names->body), '\n').front();
  list.path = folder + percent_encode(role);
  const auto response = transport.send(list);
  if (!response || response->status != 200) return std::nullopt;
  return parse_credentials(response->body);
}

}  // namespace rolecall
