// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/diagnostic.h"

#include "live/environment.h"

namespace rolecall {

// The keys of one section; a key below another one is named like `iam/endpoint_url`.
using AwsConfigSection = std::map<std::string, std::string, std::less<>>;
using AwsConfigSections = std::map<std::string, AwsConfigSection, std::less<>>;

// Parses a configuration file of the AWS CLI: `[section]`, `key = value`, indented keys below a
// key, comments that begin with # or ;. Other lines are reported once per file.
[[nodiscard]] AwsConfigSections parse_aws_config(std::string_view text, const std::string& file,
                                                 Diagnostics& diagnostics);

// The profiles of the shared config and credentials files. A key of the credentials file takes
// precedence over the same key of the config file.
class AwsProfiles {
 public:
  // Reads AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/config and ~/.aws/credentials.
  // A missing file counts as empty.
  [[nodiscard]] static AwsProfiles load(const Environment& environment, Diagnostics& diagnostics);
  AwsProfiles() = default;
  AwsProfiles(std::string_view config, std::string_view credentials, Diagnostics& diagnostics);

  [[nodiscard]] bool has(std::string_view profile) const;
  // Files that exist but could not be read.
  [[nodiscard]] const std::vector<std::string>& unread() const { return unread_; }
  // Advice for a user who named a profile that does not exist: which one may have been meant.
  [[nodiscard]] std::string suggest(std::string_view profile) const;
  // Empty when the profile does not have the key.
  [[nodiscard]] std::string_view find(std::string_view profile, std::string_view key) const;
  // The same, only in the credentials file or only in the config file.
  [[nodiscard]] std::string_view find_in_credentials(std::string_view profile,
                                                     std::string_view key) const;
  [[nodiscard]] std::string_view find_in_config(std::string_view profile,
                                                std::string_view key) const;
  // The endpoint of a service, from the `services` section that the profile names.
  [[nodiscard]] std::string_view find_endpoint(std::string_view profile,
                                               std::string_view service) const;

 private:
  AwsConfigSections config_;       // By section name: `profile ci`, `services local`.
  AwsConfigSections credentials_;  // By profile.
  std::vector<std::string> unread_;
};

}  // namespace rolecall
