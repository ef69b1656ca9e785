// SPDX-License-Identifier: Apache-2.0
#include "live/environment.h"

#include "rolecall/base/text.h"

namespace rolecall {

Environment Environment::of(const char* const* entries) {
  std::map<std::string, std::string, std::less<>> variables;
  for (; *entries != nullptr; ++entries) {
    const std::string_view entry = *entries;
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return Environment(std::move(variables));
}

std::string_view Environment::find(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Environment::first_of(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    if (const std::string_view value = find(name); !value.empty()) return value;
  }
  return {};
}

bool Environment::is_true(std::string_view name) const {
  return equals_ignore_case(find(name), "true");
}

}  // namespace rolecall
