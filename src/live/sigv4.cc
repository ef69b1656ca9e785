// SPDX-License-Identifier: Apache-2.0
// The steps are those of "Create a signed AWS API request" in the IAM User Guide.
#include "live/sigv4.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include <fmt/format.h>

#include "rolecall/base/text.h"

#include "live/sha256.h"

namespace rolecall {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string_view as_key(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// `20261123T100000Z`.
std::string basic_time(EpochSeconds now) {
  std::string text = format_time(now);
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }),
             text.end());
  return text;
}

// The path for the signature: the percent-encoded path, encoded once more segment by segment.
std::string canonical_path(std::string_view path) {
  std::string encoded;
  for (const std::string_view segment : split(path.substr(1), '/')) {
    encoded += '/' + percent_encode(segment);
  }
  return encoded;
}

}  // namespace

void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          EpochSeconds now) {
  assert(request.path.starts_with('/') && request.path.find('?') == std::string::npos);
  const std::string time = basic_time(now);
  request.headers.emplace_back("X-Amz-Date", time);
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  // Step 1: the canonical request.
  HttpFields headers = {{"host", request.host()}};
  for (const auto& [name, value] : request.headers) {
    headers.emplace_back(ascii_lower(name), trim(value));
  }
  std::sort(headers.begin(), headers.end());
  std::string lines;
  std::string names;
  for (const auto& [name, value] : headers) {
    lines += fmt::format("{}:{}\n", name, value);
    names += fmt::format("{}{}", names.empty() ? "" : ";", name);
  }
  const std::string canonical =
      fmt::format("{}\n{}\n\n{}\n{}\n{}", request.method, canonical_path(request.path), lines,
                  names, format_hex(sha256(request.body)));
  // Steps 2 and 3: its hash, and the string to sign.
  const std::string day = time.substr(0, 8);
  const std::string where = fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time, where, format_hex(sha256(canonical)));
  // Step 4: the signing key, and the signature.
  const Secret first("AWS4" + credentials.secret_access_key.reveal());
  Sha256Digest key = hmac_sha256(first.reveal(), day);
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = hmac_sha256(as_key(key), part);
  }
  // Step 5: the header.
  request.headers.emplace_back("Authorization",
                               fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                           kAlgorithm, credentials.access_key_id, where, names,
                                           format_hex(hmac_sha256(as_key(key), to_sign))));
}

}  // namespace rolecall
