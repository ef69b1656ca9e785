// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/base/diagnostic.h"
#include "rolecall/diagnose/error_text.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// Fills the gaps of `request` from a source of lower precedence. Where both give a value and these
// differ, that of `request` stays and a warning names both, once for each pair.
void fill_gaps(AssumeRequest& request, const AssumeRequest& lower, const SourceTable& sources,
               Diagnostics& diagnostics);

// Whether a log or a person masked the account of the ARN, as in `arn:aws:iam::***:role/deploy`.
[[nodiscard]] bool hides_account(std::string_view text);

// A request with what an error text says about the call. An ARN whose account is masked is left
// out.
[[nodiscard]] AssumeRequest request_of(const ErrorEvidence& said);

// Whether two requests can be about the same call: caller and role are equal where both have them.
// A role and a session of it are the same caller.
[[nodiscard]] bool may_be_same_call(const AssumeRequest& a, const AssumeRequest& b);

}  // namespace rolecall
