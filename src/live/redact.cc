// SPDX-License-Identifier: Apache-2.0
#include "live/redact.h"

#include <algorithm>
#include <cstddef>

#include "rolecall/base/text.h"

namespace rolecall {

namespace {

void replace_each(std::string& text, std::string_view secret) {
  constexpr std::string_view kShown = "***";
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kShown.size())) {
    text.replace(at, secret.size(), kShown);
  }
}

}  // namespace

std::string redact(std::string text, std::vector<std::string_view> secrets) {
  // Longest first: a short secret may be part of a long one, which would no longer be found.
  std::sort(secrets.begin(), secrets.end(),
            [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  for (const std::string_view each : secrets) {
    if (each.empty()) continue;
    replace_each(text, each);
    replace_each(text, percent_encode(each));
  }
  return text;
}

std::string_view user_info(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t end = url.rfind('@');
  return end == std::string_view::npos ? std::string_view() : url.substr(0, end);
}

}  // namespace rolecall
