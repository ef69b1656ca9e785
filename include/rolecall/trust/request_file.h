// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// Reads a request file (docs/request-format.md). Faults of single fields are reported and the
// field is left out; nothing only when the document is no JSON object. The result is `whole`.
[[nodiscard]] std::optional<AssumeRequest> read_request(SourceTable& sources, DocumentId document,
                                                        Diagnostics& diagnostics,
                                                        JsonLimits limits = {});

// The request as the text of a request file. Reading it again gives an equal request, except for
// what no file says: `whole`, `observed_sub_actions`, what is hidden or cut, the form of the token.
// `sources` holds its policies.
[[nodiscard]] std::string format_request(const AssumeRequest& request, const SourceTable& sources);

struct Token {
  std::vector<NamedValues> claims{};
  std::optional<TokenForm> form{};  // Nothing when only the payload was given.
};
// A JSON Web Token (`header.payload.signature`), or its decoded payload as JSON. The signature is
// never looked at and no part of the token is kept but the claims' values.
[[nodiscard]] std::optional<Token> read_token(std::string_view text, std::string name,
                                              Diagnostics& diagnostics);

// A claim or context value as a list of strings: scalars give one, arrays one each.
[[nodiscard]] std::vector<std::string> value_list(const JsonValue& value);

}  // namespace rolecall
