// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/base/diagnostic.h"
#include "rolecall/diagnose/error_text.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// Fills the gaps of `request` from a source that counts less. Where both give a value and the two
// differ, that of `request` stays and a warning names both, once for each pair.
void fill_gaps(AssumeRequest& request, const AssumeRequest& lower, const SourceTable& sources,
               Diagnostics& diagnostics);

// Whether the ARN's account is hidden, as logs and people do: `arn:aws:iam::***:role/deploy`.
[[nodiscard]] bool hides_account(std::string_view text);

// What AWS said as a request, as far as it says anything about the call. An ARN whose account is
// hidden names nobody.
[[nodiscard]] AssumeRequest request_of(const ErrorEvidence& said);

// Whether two requests can be about one call: caller and role agree where both name them. A role
// and a session of it are one caller.
[[nodiscard]] bool may_be_same_call(const AssumeRequest& a, const AssumeRequest& b);

}  // namespace rolecall
