// SPDX-License-Identifier: Apache-2.0
#include "live/curl_transport.h"

#include <array>
#include <cstddef>
#include <curl/curl.h>
#include <dlfcn.h>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "live/redact.h"

namespace rolecall {

namespace {

// Far larger than any answer of AWS, which is a few megabytes at most.
constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;
constexpr long kConnectMilliseconds = 10'000;

// The functions of libcurl that rolecall uses.
struct CurlLibrary {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;

  [[nodiscard]] static const CurlLibrary* load();

 private:
  [[nodiscard]] bool bind(void* library) {
    const auto find = [&](auto& function, const char* name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(dlsym(library, name));
      return function != nullptr;
    };
    return find(global_init, "curl_global_init") && find(easy_init, "curl_easy_init") &&
           find(easy_reset, "curl_easy_reset") && find(easy_setopt, "curl_easy_setopt") &&
           find(easy_perform, "curl_easy_perform") && find(easy_getinfo, "curl_easy_getinfo") &&
           find(easy_cleanup, "curl_easy_cleanup") && find(easy_strerror, "curl_easy_strerror") &&
           find(slist_append, "curl_slist_append") && find(slist_free_all, "curl_slist_free_all") &&
           global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }
};

// Loads the library for the rest of the process; null when it cannot be loaded.
const CurlLibrary* CurlLibrary::load() {
  static const CurlLibrary* const loaded = [] {
    static CurlLibrary functions;
    constexpr std::array<const char*, 3> kNames = {"libcurl.so.4", "libcurl-gnutls.so.4",
                                                   "libcurl-nss.so.4"};
    for (const char* name : kNames) {
      void* const library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (library != nullptr && functions.bind(library)) return &functions;
    }
    return static_cast<CurlLibrary*>(nullptr);
  }();
  return loaded;
}

struct Received {
  std::string body{};
  std::string error_type{};
  bool too_large = false;
};

std::size_t receive(const char* data, std::size_t size, std::size_t count, void* target) {
  auto& received = *static_cast<Received*>(target);
  received.too_large = received.body.size() + size * count > kMaxAnswer;
  if (received.too_large) return 0;
  received.body.append(data, size * count);
  return size * count;
}

std::size_t receive_header(const char* data, std::size_t size, std::size_t count, void* target) {
  constexpr std::string_view kErrorType = "x-amzn-errortype:";
  const std::string_view line(data, size * count);
  if (equals_ignore_case(line.substr(0, kErrorType.size()), kErrorType)) {
    static_cast<Received*>(target)->error_type = trim(line.substr(kErrorType.size()));
  }
  return line.size();
}

// Failures that another attempt would meet again.
bool is_lasting(CURLcode code) {
  constexpr std::array<CURLcode, 8> kLasting = {
      CURLE_UNSUPPORTED_PROTOCOL,     CURLE_URL_MALFORMAT,
      CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
      CURLE_COULDNT_RESOLVE_PROXY,    CURLE_OUT_OF_MEMORY,
      CURLE_SSL_ENGINE_INITFAILED,    CURLE_WRITE_ERROR};
  for (const CURLcode each : kLasting) {
    if (each == code) return true;
  }
  return false;
}

class CurlTransport : public HttpTransport {
 public:
  CurlTransport(const CurlLibrary& curl, CurlSettings settings)
      : curl_(curl), settings_(std::move(settings)) {}
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;
  ~CurlTransport() override {
    for (CURL* handle : idle_) curl_.easy_cleanup(handle);
  }

  tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override {
    CURL* const handle = take();
    if (handle == nullptr) return tl::make_unexpected(HttpFailure{"out of memory", false});
    Received received;
    std::array<char, CURL_ERROR_SIZE> message{};
    curl_slist* const headers = prepare(handle, request);
    set(handle, CURLOPT_HTTPHEADER, headers);
    set(handle, CURLOPT_WRITEFUNCTION, &receive);
    set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&received));
    set(handle, CURLOPT_HEADERFUNCTION, &receive_header);
    set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&received));
    set(handle, CURLOPT_ERRORBUFFER, message.data());
    const CURLcode code = curl_.easy_perform(handle);
    long status = 0;
    curl_.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_.slist_free_all(headers);
    give_back(handle);
    if (received.too_large) {
      return tl::make_unexpected(HttpFailure{"the answer is too large", false});
    }
    if (code != CURLE_OK) {
      const std::string_view detail = message.data();
      return tl::make_unexpected(
          HttpFailure{without_passwords(detail.empty() ? curl_.easy_strerror(code) : detail),
                      !is_lasting(code)});
    }
    return HttpResponse{static_cast<int>(status), std::move(received.body),
                        std::move(received.error_type)};
  }

 private:
  // Options that are too new for this libcurl are ignored: none is needed for correctness.
  template <typename Value>
  void set(CURL* handle, CURLoption option, Value value) const {
    static_cast<void>(curl_.easy_setopt(handle, option, value));
  }

  // libcurl's message may quote the proxy, with its password.
  [[nodiscard]] std::string without_passwords(std::string_view message) const {
    std::vector<std::string_view> secrets;
    for (const std::string* proxy : {&settings_.http_proxy, &settings_.https_proxy}) {
      const std::string_view user = user_info(*proxy);
      const std::size_t colon = user.find(':');
      if (colon == std::string_view::npos) continue;
      secrets.push_back(user);
      secrets.push_back(user.substr(colon + 1));
    }
    return redact(std::string(message), std::move(secrets));
  }

  // A handle keeps its connections when it is reset, and so they are reused.
  CURL* take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return curl_.easy_init();
    CURL* const handle = idle_.back();
    idle_.pop_back();
    return handle;
  }

  void give_back(CURL* handle) {
    curl_.easy_reset(handle);
    const std::lock_guard lock(mutex_);
    idle_.push_back(handle);
  }

  curl_slist* prepare(CURL* handle, const HttpRequest& request) const {
    const std::string url = request.endpoint + request.path;
    set(handle, CURLOPT_URL, url.c_str());
    set(handle, CURLOPT_PATH_AS_IS, 1L);
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_USERAGENT, "rolecall");
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "POST") {
      set(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
      set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    if (!settings_.ca_bundle.empty()) {
      set(handle, CURLOPT_CAINFO, settings_.ca_bundle.c_str());
    }
    const bool tls = request.endpoint.starts_with("https://");
    // An empty name overrides a proxy of the environment.
    const std::string& proxy = tls ? settings_.https_proxy : settings_.http_proxy;
    set(handle, CURLOPT_PROXY, request.direct ? "" : proxy.c_str());
    set(handle, CURLOPT_NOPROXY, settings_.no_proxy.c_str());
    curl_slist* headers = curl_.slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : request.headers) {
      headers = curl_.slist_append(headers, fmt::format("{}: {}", name, value).c_str());
    }
    return headers;
  }

  const CurlLibrary& curl_;
  CurlSettings settings_;
  std::mutex mutex_;
  std::vector<CURL*> idle_;
};

}  // namespace

Result<std::unique_ptr<HttpTransport>> make_curl_transport(CurlSettings settings) {
  const CurlLibrary* const curl = CurlLibrary::load();
  if (curl == nullptr) {
    return fail(DiagnosticCode::NoNetworkLibrary,
                "libcurl is not installed, and AWS cannot be asked without it", {},
                "install the package `libcurl4`, or use exported files with --estate");
  }
  return std::make_unique<CurlTransport>(*curl, std::move(settings));
}

}  // namespace rolecall
