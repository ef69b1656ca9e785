// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rolecall {

// Environment variables, passed in so that tests need not change those of the process.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}
  // From strings of the form NAME=VALUE, ended by a null pointer, as `environ` is.
  [[nodiscard]] static Environment of(const char* const* entries);

  // The value; empty when it is not set.
  [[nodiscard]] std::string_view find(std::string_view name) const;
  // The value of the first that is set and not empty.
  [[nodiscard]] std::string_view first_of(std::initializer_list<std::string_view> names) const;
  [[nodiscard]] bool is_true(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace rolecall
