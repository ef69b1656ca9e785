// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/diagnose/error_text.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// One CloudTrail event of STS as a request. Parameters of a denied call are not in the event, and
// of a token it shows a few claims only: the request is marked accordingly.
struct TrailEvent {
  AssumeRequest request{};
  ErrorEvidence evidence{};  // Of errorCode and errorMessage, or that credentials were given.
  bool denied = false;
  std::string event_time{};
};

// Reads CloudTrail records: a single event, `{"Records": [...]}`, `lookup-events` output, or an
// EventBridge wrapper with `detail`; or several of these after one another, as JSON Lines. Events
// that are no AssumeRole call are passed over. Faults go to `diagnostics`, one of a kind.
[[nodiscard]] std::vector<TrailEvent> read_events(SourceTable& sources, DocumentId document,
                                                  Diagnostics& diagnostics, JsonLimits limits = {});

}  // namespace rolecall
