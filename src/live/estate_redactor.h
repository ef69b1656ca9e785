// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rolecall {

// Replaces account ids, names, tags and values in files of an estate and in request files, equal
// ones by equal pseudonyms, so that decisions stay the same. Public words are kept: those of AWS
// and of the policy language, AWS's policies, services, Regions, condition keys, issuers that many
// customers share, and names of roles that AWS gives; so are dates, numbers and addresses.
class EstateRedactor {
 public:
  explicit EstateRedactor(std::uint64_t seed);
  EstateRedactor(const EstateRedactor&) = delete;
  EstateRedactor& operator=(const EstateRedactor&) = delete;
  ~EstateRedactor();

  // Learns the words and patterns of a file. REQUIRES: every file is learned before the first is
  // redacted.
  void learn(const std::string& json);
  // The file with pseudonyms; nothing when it is not JSON.
  [[nodiscard]] std::optional<std::string> redact(const std::string& json);
  // A file name, which can begin with an account id.
  [[nodiscard]] std::string redact_file_name(std::string_view name);

 private:
  class Walk;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace rolecall
