// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/time.h"

#include "live/credentials.h"
#include "live/http.h"

namespace rolecall {

// The Region and service for which a signature is valid.
struct SigningScope {
  std::string region{};
  std::string service{};
};

// Signs a request with Signature Version 4 (IAM User Guide, "Create a signed AWS API request"):
// adds the headers X-Amz-Date, X-Amz-Security-Token and Authorization. All headers of the request
// are signed. REQUIRES: the request has no query string, as no call of aws_call.h has.
void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          EpochSeconds now);

}  // namespace rolecall
