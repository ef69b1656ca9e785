// SPDX-License-Identifier: Apache-2.0
#include "live/aws_client.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "rolecall/base/json_writer.h"
#include "rolecall/base/text.h"

#include "live/redact.h"
#include "live/sigv4.h"

namespace rolecall {

namespace {

using Kind = AwsFailure::Kind;

// Error codes after which the same call may succeed a little later.
constexpr auto kTransientCodes = std::to_array<std::string_view>(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
     "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
     "BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete", "RequestTimeout",
     "RequestTimeoutException", "InternalFailure", "InternalError", "InternalServiceError",
     "ServiceException", "ServiceUnavailable", "IDPCommunicationError"});

// AWS's messages about signatures quote the request, and so the session token or the key.
constexpr std::string_view kBadSignature =
    "AWS does not accept the signature: the secret key or the clock of this machine is wrong, or "
    "something on the way changed the request";

struct CodeKind {
  std::string_view code{};
  Kind kind{};
  std::string_view says{};  // Shown instead of AWS's message.
};
constexpr auto kCodeKinds = std::to_array<CodeKind>({
    {"AccessDenied", Kind::Refused},
    {"AccessDeniedException", Kind::Refused},
    {"UnauthorizedOperation", Kind::Refused},
    {"NoSuchEntity", Kind::Missing},
    {"ChildNotFoundException", Kind::Missing},
    {"AccountNotFoundException", Kind::Missing},
    {"PolicyNotFoundException", Kind::Missing},
    {"PipelineNotFoundException", Kind::Missing},
    {"ResourceNotFoundException", Kind::Missing},
    {"InvalidInstanceID.NotFound", Kind::Missing},
    {"AWSOrganizationsNotInUseException", Kind::Missing},
    {"ExpiredToken", Kind::Credentials},
    {"ExpiredTokenException", Kind::Credentials},
    {"RequestExpired", Kind::Credentials},
    {"InvalidClientTokenId", Kind::Credentials},
    {"UnrecognizedClientException", Kind::Credentials},
    {"AuthFailure", Kind::Credentials},
    {"SignatureDoesNotMatch", Kind::Credentials, kBadSignature},
    {"InvalidSignatureException", Kind::Credentials, kBadSignature},
    {"IncompleteSignature", Kind::Credentials, kBadSignature},
    {"MissingAuthenticationToken", Kind::Credentials},
    {"OptInRequired", Kind::Credentials},
});

CodeKind row_of(std::string_view code) {
  const auto* const found = std::find_if(kCodeKinds.begin(), kCodeKinds.end(),
                                         [&](const CodeKind& row) { return row.code == code; });
  return found == kCodeKinds.end() ? CodeKind{code, Kind::Other, {}} : *found;
}

// Parameters that are credentials, or equivalent to them.
constexpr auto kSecretParameters =
    std::to_array<std::string_view>({"ExternalId", "TokenCode", "WebIdentityToken"});

// The secrets that were sent. Views of its arguments.
std::vector<std::string_view> secrets_of(const Credentials& credentials,
                                         const AwsParameters& parameters) {
  std::vector<std::string_view> secrets = {credentials.access_key_id,
                                           credentials.secret_access_key.reveal(),
                                           credentials.session_token.reveal()};
  for (const auto& [name, value] : parameters) {
    const bool secret = std::find(kSecretParameters.begin(), kSecretParameters.end(), name) !=
                        kSecretParameters.end();
    if (secret) secrets.emplace_back(value);
  }
  return secrets;
}

// A text of AWS, which may quote the request, on one line and without secrets.
std::string shown(std::string text, const std::vector<std::string_view>& secrets) {
  constexpr std::size_t kMost = 500;
  text = redact(std::move(text), secrets);
  text.resize(std::min({text.size(), text.find_first_of("\r\n"), kMost}));
  return text;
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
    // No other parameter of these calls is a number.
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
  if (service.protocol == AwsProtocol::Rest) {
    const std::string what = parameters.empty() ? "" : percent_encode(parameters[0].second);
    request.method = "GET";
    request.path = fmt::format("{}{}", service.version, fmt::format(fmt::runtime(row.path), what));
  } else if (service.protocol == AwsProtocol::Json) {
    request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                       {"X-Amz-Target", fmt::format("{}.{}", service.version, row.action)}};
    request.body = json_body(parameters);
  } else {
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = query_body(row, parameters);
  }
  return request;
}

// A text that identifies a call with its parameters.
std::string key_of(const AwsCallRow& row, const AwsParameters& parameters) {
  std::string key = row.permission();
  for (const auto& [name, value] : parameters) key += fmt::format("\n{}={}", name, value);
  return key;
}

// The subject of a call, for a listing. Parameters that are credentials are not shown.
std::string subject_of(const AwsCallRow& row, const AwsParameters& parameters) {
  if (is_unsigned(row.call) || parameters.empty()) return {};
  const std::string& first = parameters[0].first;
  return first == "MaxItems" || first == "MaxResults" ? "" : parameters[0].second;
}

// The token of the next page; empty on the last one.
std::string next_page(const AwsCallRow& row, const JsonValue& answer) {
  if (row.paging == AwsPaging::NextToken) return std::string(answer.string_at("NextToken"));
  const auto truncated = answer.find("IsTruncated");
  return truncated && truncated->boolean() ? std::string(answer.string_at("Marker")) : "";
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
  bool silent = false;  // There was no answer.
};

AwsClient::AwsClient(const AwsRuntime& runtime, HttpTransport& transport, AwsSettings settings,
                     CredentialSource credentials)
    : runtime_(runtime),
      transport_(transport),
      settings_(std::move(settings)),
      credentials_(std::move(credentials)) {}

AwsClient::Attempt AwsClient::attempt(const AwsCallRow& row, const AwsParameters& parameters,
                                      HttpRequest request, const AwsEndpoint& endpoint) {
  Credentials own;
  if (!is_unsigned(row.call)) {
    auto credentials = credentials_();
    if (!credentials) {
      const Diagnostic& why = credentials.error();
      return {{}, {Kind::Credentials, "", why.message + (why.help.empty() ? "" : "; " + why.help)}};
    }
    own = *std::move(credentials);
    sign(request, own, endpoint.scope, runtime_.now());
  }
  auto response = transport_.send(request);
  if (!response) {
    return {{},
            {Kind::Unreached, "", std::move(response.error().message)},
            response.error().may_pass,
            /*silent=*/true};
  }
  const std::vector<std::string_view> secrets = secrets_of(own, parameters);
  if (response->status == 200) return read_answer(row, *std::move(response), secrets);
  const AwsErrorText error = read_aws_error(response->body, response->error_type);
  const CodeKind known = row_of(error.code);
  std::string message =
      known.says.empty() ? shown(error.message, secrets) : std::string(known.says);
  if (message.empty()) message = fmt::format("HTTP status {}", response->status);
  const bool again = is_transient(response->status, error.code);
  return {{},
          {again ? Kind::Unreached : known.kind, shown(error.code, secrets), std::move(message)},
          again};
}

AwsClient::Attempt AwsClient::read_answer(const AwsCallRow& row, HttpResponse response,
                                          const std::vector<std::string_view>& secrets) {
  // A short text may occur by chance.
  constexpr std::size_t kLeastToken = 16;
  const std::string_view token = secrets[2];
  if (token.size() >= kLeastToken && response.body.find(token) != std::string::npos) {
    return {{}, {Kind::Unreached, "", "the answer holds the session token of the request"}};
  }
  const bool xml = service_row(row.service).protocol == AwsProtocol::Query;
  auto json = xml ? xml_to_json(response.body, row.action) : std::move(response.body);
  auto answer = json ? AwsAnswer::parse(*std::move(json)) : std::nullopt;
  if (answer && row.is_whole(answer->root())) return {std::move(answer), {}};
  return {{}, {Kind::Unreached, "", "the answer is cut off or cannot be read"}, /*again=*/true};
}

void AwsClient::pause(int attempts) {
  constexpr double kFirst = 100;
  constexpr double kMost = 20'000;
  const double ceiling =
      std::min(kMost, kFirst * static_cast<double>(1U << std::min(attempts, 20)));
  runtime_.wait(std::chrono::milliseconds(static_cast<long>(ceiling * runtime_.random())));
}

// An endpoint that did not answer one call will hardly answer the next.
int AwsClient::most_attempts(const std::string& endpoint) const {
  const std::lock_guard lock(mutex_);
  return silent_.contains(endpoint) ? 1 : settings_.max_attempts;
}

void AwsClient::note(MadeCall made, const std::string& endpoint, bool silent) {
  const std::lock_guard lock(mutex_);
  made_.push_back(std::move(made));
  if (silent) {
    silent_.insert(endpoint);
  } else {
    silent_.erase(endpoint);
  }
}

std::optional<AwsFailure> AwsClient::find_failure(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(key);
  return found == failures_.end() ? std::nullopt : std::optional(found->second);
}

AwsResult<AwsAnswer> AwsClient::call(AwsCall call, const AwsParameters& parameters,
                                     AnswerStore* store) {
  const AwsCallRow& row = call_row(call);
  const std::string key = key_of(row, parameters);
  if (auto known = find_failure(key)) return tl::make_unexpected(*std::move(known));
  if (auto kept = store != nullptr ? store->find(key) : std::nullopt) {
    auto answer = AwsAnswer::parse(*std::move(kept));
    if (answer && row.is_whole(answer->root())) return *std::move(answer);
  }
  AwsResult<AwsAnswer> answer = ask(row, parameters, key);
  if (answer && store != nullptr) store->keep(key, answer->root().raw());
  return answer;
}

AwsResult<AwsAnswer> AwsClient::ask(const AwsCallRow& row, const AwsParameters& parameters,
                                    const std::string& key) {
  constexpr EpochSeconds kMostOfSilence = 120;
  const auto endpoint =
      find_endpoint(row.service, settings_, runtime_.environment, runtime_.profiles);
  if (!endpoint) {
    return tl::make_unexpected(AwsFailure{Kind::Other, "", endpoint.error().message});
  }
  const HttpRequest request = make_request(row, parameters, *endpoint);
  const int most = most_attempts(endpoint->url);
  const EpochSeconds began = runtime_.now();
  MadeCall made{row.call, subject_of(row, parameters), 0, {}};
  Attempt last;
  while (made.attempts < most) {
    if (made.attempts > 0) pause(made.attempts - 1);
    ++made.attempts;
    last = attempt(row, parameters, request, *endpoint);
    if (!last.again || (last.silent && runtime_.now() - began > kMostOfSilence)) break;
  }
  const AwsFailure& failure = last.failure;
  made.outcome = last.answer ? "answered" : failure.code.empty() ? failure.message : failure.code;
  note(std::move(made), endpoint->url, last.silent);
  if (last.answer) return *std::move(last.answer);
  if (failure.kind == Kind::Refused || failure.kind == Kind::Missing) {
    const std::lock_guard lock(mutex_);
    failures_.emplace(key, failure);
  }
  return tl::make_unexpected(std::move(last.failure));
}

AwsResult<std::vector<AwsAnswer>> AwsClient::call_pages(AwsCall call,
                                                        const AwsParameters& parameters,
                                                        AnswerStore* store) {
  auto pages = read_pages(call_row(call), parameters, store);
  if (pages || store == nullptr || pages.error().kind != Kind::Other || !store->clear()) {
    return pages;
  }
  // AWS no longer accepts the page token of an earlier run.
  return read_pages(call_row(call), parameters, store);
}

AwsResult<std::vector<AwsAnswer>> AwsClient::read_pages(const AwsCallRow& row,
                                                        const AwsParameters& parameters,
                                                        AnswerStore* store) {
  // Far beyond the quotas of an account, so that a loop of pages ends.
  constexpr std::size_t kMostPages = 2'000;
  constexpr std::size_t kMostBytes = std::size_t{512} << 20;
  std::vector<AwsAnswer> pages;
  std::set<std::string> seen;
  std::string token;
  std::size_t bytes = 0;
  do {
    auto page = call(row.call, page_parameters(row, parameters, token), store);
    if (!page) return tl::make_unexpected(std::move(page.error()));
    token = row.paging == AwsPaging::None ? "" : next_page(row, page->root());
    bytes += page->root().raw().size();
    pages.push_back(*std::move(page));
    const bool again = !token.empty() && !seen.insert(token).second;
    if (again || pages.size() > kMostPages || bytes > kMostBytes) {
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
