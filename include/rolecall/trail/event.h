// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/diagnose/error_text.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// One CloudTrail event of STS. An event does not show the parameters of a denied call, and only a
// few claims of a token: the request is marked as incomplete accordingly.
struct TrailEvent {
  AssumeRequest request{};
  ErrorEvidence evidence{};  // From errorCode and errorMessage, or that AWS allowed the call.
  bool denied = false;
  std::string event_time{};
};

// Reads CloudTrail events: a single one, `{"Records": [...]}`, the output of `aws cloudtrail
// lookup-events`, or an EventBridge event with `detail`; or several of these in a row, as in JSON
// Lines. Events other than calls that assume a role are skipped. Faults go to `diagnostics`, the
// same fault only once.
[[nodiscard]] std::vector<TrailEvent> read_events(SourceTable& sources, DocumentId document,
                                                  Diagnostics& diagnostics, JsonLimits limits = {});

}  // namespace rolecall
