// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/result.h"

#include "live/aws_runtime.h"
#include "live/credentials.h"
#include "live/http.h"

namespace rolecall {

// Finds the credentials that the AWS CLI would use, in its order:
//   1. AWS_ACCESS_KEY_ID and so on, unless a profile is named on the command line;
//   2. a role of the profile: role_arn with source_profile or credential_source;
//   3. a web identity token: of the environment, or of the profile;
//   4. IAM Identity Center and `aws login`, by asking `aws configure export-credentials`;
//   5. keys of the profile in the credentials file, credential_process, keys in the config file;
//   6. the container's credentials, then those of the EC2 instance (IMDSv2 only).
// Credentials are kept in memory only. They are renewed some minutes before they expire, with at
// most one attempt per minute; when that fails, they are used until they expire.
class CredentialChain {
 public:
  // `profile` is from the command line; empty: not named. Borrows `runtime` and `transport`.
  CredentialChain(const AwsRuntime& runtime, HttpTransport& transport, std::string profile,
                  std::string region);

  // Safe from several threads at once.
  [[nodiscard]] Result<Credentials> get();

 private:
  const AwsRuntime& runtime_;
  HttpTransport& transport_;
  std::string profile_;
  std::string region_;
  std::mutex mutex_;
  std::optional<Credentials> found_;
  EpochSeconds next_search_ = 0;
};

// Parses the JSON that `credential_process` and `aws configure export-credentials` write, and that
// containers and instances return (where the token is named `Token`). Nothing when it has no
// credentials.
[[nodiscard]] std::optional<Credentials> parse_credentials(std::string text);

}  // namespace rolecall
