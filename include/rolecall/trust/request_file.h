// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// Reads a request file (docs/request-format.md). A field with a fault is reported and skipped.
// Nothing when the document is not a JSON object. The result is marked `whole`.
[[nodiscard]] std::optional<AssumeRequest> read_request(SourceTable& sources, DocumentId document,
                                                        Diagnostics& diagnostics,
                                                        JsonLimits limits = {});

// The request as the text of a request file. Reading it again gives an equal request, except for
// members that the format does not have: `whole`, `observed_sub_actions`, `parameters_hidden`,
// `role_may_be_cut`, the form of the token. `sources` has the text of its policies.
[[nodiscard]] std::string format_request(const AssumeRequest& request, const SourceTable& sources);

struct Token {
  std::vector<NamedValues> claims{};
  std::optional<TokenForm> form{};  // Nothing when only the payload was given.
};
// Reads a JSON Web Token (`header.payload.signature`), or its decoded payload as JSON. The
// signature is ignored, and only the claims' values are kept. Nothing, and a diagnostic, when it
// cannot be read. Messages call the token `name`.
[[nodiscard]] std::optional<Token> read_token(std::string_view text, std::string name,
                                              Diagnostics& diagnostics);

// The strings in a claim or context value: one for a scalar, one per element for an array.
[[nodiscard]] std::vector<std::string> value_list(const JsonValue& value);

}  // namespace rolecall
