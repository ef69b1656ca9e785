// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

// Replaces account ids, names, tags and values in files of an estate and in request files, the same
// everywhere, so that what is decided from them stays the same. What everybody has is kept: the
// words of AWS and of the policy language, AWS's policies, services, Regions, condition keys, the
// issuers that many share, and the roles that AWS names; so are dates, numbers and addresses.
class EstateRedactor {
 public:
  explicit EstateRedactor(std::uint64_t seed);
  EstateRedactor(const EstateRedactor&) = delete;
  EstateRedactor& operator=(const EstateRedactor&) = delete;
  ~EstateRedactor();

  // Looks at the words of a file and at the patterns among them. REQUIRES: every file is learned
  // before one is redacted.
  void learn(const std::string& json);
  // Nothing for what is no JSON.
  [[nodiscard]] std::optional<std::string> redact(const std::string& json);
  // The name of a file, which can begin with an account.
  [[nodiscard]] std::string redact_file_name(std::string_view name);

 private:
  class Walk;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace rolecall
