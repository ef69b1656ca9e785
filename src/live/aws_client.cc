// SPDX-License-Identifier: Apache-2.0
#include "live/aws_client.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "live/sigv4.h"

namespace rolecall {

namespace {

using Kind = AwsFailure::Kind;

// Codes by which AWS says that the same call may pass a little later.
constexpr auto kTransientCodes = std::to_array<std::string_view>(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
     "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
     "BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete", "RequestTimeout",
     "RequestTimeoutException", "InternalFailure", "InternalError", "InternalServiceError",
     "ServiceException", "ServiceUnavailable", "IDPCommunicationError"});

struct CodeKind {
  std::string_view code{};
  Kind kind{};
};
constexpr auto kCodeKinds = std::to_array<CodeKind>({
    {"AccessDenied", Kind::Refused},
    {"AccessDeniedException", Kind::Refused},
    {"UnauthorizedOperation", Kind::Refused},
    {"NoSuchEntity", Kind::Missing},
    {"ChildNotFoundException", Kind::Missing},
    {"AccountNotFoundException", Kind::Missing},
    {"PolicyNotFoundException", Kind::Missing},
    {"AWSOrganizationsNotInUseException", Kind::Missing},
    {"ExpiredToken", Kind::Credentials},
    {"ExpiredTokenException", Kind::Credentials},
    {"RequestExpired", Kind::Credentials},
    {"InvalidClientTokenId", Kind::Credentials},
    {"UnrecognizedClientException", Kind::Credentials},
    {"AuthFailure", Kind::Credentials},
    {"SignatureDoesNotMatch", Kind::Credentials},
    {"InvalidSignatureException", Kind::Credentials},
    {"IncompleteSignature", Kind::Credentials},
    {"MissingAuthenticationToken", Kind::Credentials},
    {"OptInRequired", Kind::Credentials},
});

Kind kind_of(std::string_view code) {
  const auto* const found = std::find_if(kCodeKinds.begin(), kCodeKinds.end(),
                                         [&](const CodeKind& row) { return row.code == code; });
  return found == kCodeKinds.end() ? Kind::Other : found->kind;
}

bool is_transient(int status, std::string_view code) {
  return status == 429 || status >= 500 ||
         std::find(kTransientCodes.begin(), kTransientCodes.end(), code) != kTransientCodes.end();
}

// Calls whose credentials are in their parameters.
bool is_unsigned(AwsCall call) {
  return call == AwsCall::AssumeRoleWithWebIdentity;
}

std::string query_body(const AwsCallRow& row, const AwsParameters& parameters) {
  std::string body =
      fmt::format("Action={}&Version={}", row.action, service_row(row.service).version);
  for (const auto& [name, value] : parameters) {
    body += fmt::format("&{}={}", percent_encode(name), percent_encode(value));
  }
  return body;
}

std::string json_body(const AwsParameters& parameters) {
  JsonWriter out(0);
  out.begin_object();
  for (const auto& [name, value] : parameters) {
    out.key(name);
    // The only number of the calls that are made.
    if (name == "MaxResults") {
      out.raw(value);
    } else {
      out.string(value);
    }
  }
  out.end_object();
  return out.text();
}

HttpRequest make_request(const AwsCallRow& row, const AwsParameters& parameters,
                         const AwsEndpoint& endpoint) {
  const AwsServiceRow& service = service_row(row.service);
  HttpRequest request;
  request.endpoint = endpoint.url;
  if (service.protocol == AwsProtocol::Json) {
    request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                       {"X-Amz-Target", fmt::format("{}.{}", service.version, row.action)}};
    request.body = json_body(parameters);
  } else {
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = query_body(row, parameters);
  }
  return request;
}

// The token of the next page; empty on the last one.
std::string next_page(const AwsCallRow& row, const JsonValue& answer) {
  if (row.paging == AwsPaging::NextToken) return std::string(answer.string_at("NextToken"));
  const auto truncated = answer.find("IsTruncated");
  const bool more = truncated && truncated->is(JsonKind::Boolean) && truncated->boolean();
  return more ? std::string(answer.string_at("Marker")) : "";
}

AwsParameters page_parameters(const AwsCallRow& row, AwsParameters parameters,
                              const std::string& token) {
  const bool marker = row.paging == AwsPaging::Marker;
  if (row.page_size > 0) {
    parameters.emplace_back(marker ? "MaxItems" : "MaxResults", fmt::format("{}", row.page_size));
  }
  if (!token.empty()) parameters.emplace_back(marker ? "Marker" : "NextToken", token);
  return parameters;
}

}  // namespace

struct AwsClient::Attempt {
  std::optional<AwsAnswer> answer{};
  AwsFailure failure{};
  bool again = false;
};

AwsClient::AwsClient(const AwsRuntime& runtime, HttpTransport& transport, AwsSettings settings,
                     CredentialSource credentials)
    : runtime_(runtime),
      transport_(transport),
      settings_(std::move(settings)),
      credentials_(std::move(credentials)) {}

AwsClient::Attempt AwsClient::attempt(const AwsCallRow& row, const HttpRequest& unsigned_request,
                                      const AwsEndpoint& endpoint) {
  HttpRequest request = unsigned_request;
  if (!is_unsigned(row.call)) {
    const auto credentials = credentials_();
    if (!credentials) {
      const Diagnostic& why = credentials.error();
      return {{},
              {Kind::Credentials, "", why.message + (why.help.empty() ? "" : "; " + why.help)},
              false};
    }
    sign(request, *credentials, endpoint.scope, runtime_.now());
  }
  auto response = transport_.send(request);
  if (!response) {
    return {
        {}, {Kind::Unreached, "", std::move(response.error().message)}, response.error().may_pass};
  }
  if (response->status == 200) {
    const bool xml = service_row(row.service).protocol == AwsProtocol::Query;
    auto json = xml ? xml_to_json(response->body) : std::move(response->body);
    if (json) {
      if (auto answer = AwsAnswer::parse(*std::move(json))) return {std::move(answer), {}, false};
    }
    return {{}, {Kind::Unreached, "", "the answer is cut off or cannot be read"}, true};
  }
  AwsErrorText error = read_aws_error(response->body);
  if (error.message.empty()) error.message = fmt::format("HTTP status {}", response->status);
  const bool again = is_transient(response->status, error.code);
  const Kind kind = again ? Kind::Unreached : kind_of(error.code);
  return {{}, {kind, std::move(error.code), std::move(error.message)}, again};
}

void AwsClient::pause(int attempts) {
  constexpr double kFirst = 100;
  constexpr double kMost = 20'000;
  const double ceiling =
      std::min(kMost, kFirst * static_cast<double>(1U << std::min(attempts, 20)));
  runtime_.wait(std::chrono::milliseconds(static_cast<long>(ceiling * runtime_.random())));
}

AwsResult<AwsAnswer> AwsClient::call(AwsCall call, const AwsParameters& parameters) {
  const AwsCallRow& row = call_row(call);
  const auto endpoint =
      find_endpoint(row.service, settings_, runtime_.environment, runtime_.profiles);
  if (!endpoint) {
    return tl::make_unexpected(AwsFailure{Kind::Other, "", endpoint.error().message});
  }
  const HttpRequest request = make_request(row, parameters, *endpoint);
  MadeCall made{call, parameters.empty() ? "" : parameters[0].second, 0, {}};
  // Credentials in parameters are nothing to show.
  if (is_unsigned(call)) made.subject.clear();
  Attempt last;
  while (made.attempts < settings_.max_attempts) {
    if (made.attempts > 0) pause(made.attempts - 1);
    ++made.attempts;
    last = attempt(row, request, *endpoint);
    if (!last.again) break;
  }
  const AwsFailure& failure = last.failure;
  made.outcome = last.answer ? "answered" : failure.code.empty() ? failure.message : failure.code;
  {
    const std::lock_guard lock(mutex_);
    made_.push_back(std::move(made));
  }
  if (last.answer) return *std::move(last.answer);
  return tl::make_unexpected(std::move(last.failure));
}

AwsResult<std::vector<AwsAnswer>> AwsClient::call_pages(AwsCall call,
                                                        const AwsParameters& parameters) {
  const AwsCallRow& row = call_row(call);
  std::vector<AwsAnswer> pages;
  std::set<std::string> seen;
  std::string token;
  do {
    auto page = this->call(call, page_parameters(row, parameters, token));
    if (!page) return tl::make_unexpected(std::move(page.error()));
    token = row.paging == AwsPaging::None ? "" : next_page(row, page->root());
    pages.push_back(*std::move(page));
    if (!token.empty() && !seen.insert(token).second) {
      return tl::make_unexpected(
          AwsFailure{Kind::Unreached, "", "the pages of the answer do not end"});
    }
  } while (!token.empty());
  return pages;
}

std::vector<MadeCall> AwsClient::made_calls() const {
  const std::lock_guard lock(mutex_);
  return made_;
}

}  // namespace rolecall
