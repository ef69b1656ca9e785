// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rolecall/base/time.h"

#include "live/credentials.h"
#include "live/http.h"

namespace rolecall {

// What a signature is good for, besides its day.
struct SigningScope {
  std::string region{};
  std::string service{};
};

// Adds the headers X-Amz-Date, X-Amz-Security-Token (signed too) and Authorization: Signature
// Version 4, as the IAM User Guide describes it ("Create a signed AWS API request"). Every header
// of the request is signed. REQUIRES: the request has no query, as all calls of aws_call.h.
void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          EpochSeconds now);

}  // namespace rolecall
