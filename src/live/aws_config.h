// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/diagnostic.h"

#include "live/environment.h"

namespace rolecall {

// Keys of one section; those below another key as `iam/endpoint_url`.
using AwsConfigSection = std::map<std::string, std::string, std::less<>>;
using AwsConfigSections = std::map<std::string, AwsConfigSection, std::less<>>;

// Reads a file of the AWS CLI: `[section]`, `key = value`, keys below a key indented, lines that
// begin with # or ; left out. Lines that are none of these are reported once.
[[nodiscard]] AwsConfigSections parse_aws_config(std::string_view text, const std::string& file,
                                                 Diagnostics& diagnostics);

// The profiles of the shared config and credentials files. A key of the credentials file wins over
// the same key of the config file.
class AwsProfiles {
 public:
  // Reads AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/config and ~/.aws/credentials.
  // A file that is not there holds nothing.
  [[nodiscard]] static AwsProfiles load(const Environment& environment, Diagnostics& diagnostics);
  AwsProfiles() = default;
  AwsProfiles(std::string_view config, std::string_view credentials, Diagnostics& diagnostics);

  [[nodiscard]] bool has(std::string_view profile) const;
  // Files that are there and could not be read; what they hold is not known.
  [[nodiscard]] const std::vector<std::string>& unread() const { return unread_; }
  // For a person who named a profile that is not there: what may have been meant.
  [[nodiscard]] std::string suggest(std::string_view profile) const;
  // Empty when the profile does not have the key.
  [[nodiscard]] std::string_view find(std::string_view profile, std::string_view key) const;
  // The same, in the credentials file or in the config file alone.
  [[nodiscard]] std::string_view find_in_credentials(std::string_view profile,
                                                     std::string_view key) const;
  [[nodiscard]] std::string_view find_in_config(std::string_view profile,
                                                std::string_view key) const;
  // The endpoint of a service in the `services` section that the profile names.
  [[nodiscard]] std::string_view find_endpoint(std::string_view profile,
                                               std::string_view service) const;

 private:
  AwsConfigSections config_;       // Sections as they are written: `profile ci`, `services local`.
  AwsConfigSections credentials_;  // Sections are the names of profiles.
  std::vector<std::string> unread_;
};

}  // namespace rolecall
