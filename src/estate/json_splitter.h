// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "rolecall/base/json.h"

namespace rolecall {

struct JsonDocuments {
  std::vector<std::unique_ptr<JsonDocument>> documents{};
  bool whole = true;  // False when some of the file could not be read.
};

// Parses a file of one JSON document, or of several in a row, as scripts that fetch page after page
// write them. Faults go to `diagnostics`; the documents that can be read are returned.
[[nodiscard]] JsonDocuments parse_json_documents(SourceTable& sources, DocumentId file,
                                                 Diagnostics& diagnostics, JsonLimits limits);

}  // namespace rolecall
