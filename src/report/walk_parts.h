// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rolecall/base/json_writer.h"
#include "rolecall/reach/walk.h"

namespace rolecall {

// What a call has to pass and its condition: `with the session tag `a=b`, if the external ID is
// `x``. Empty when it is allowed as it is. Not escaped.
[[nodiscard]] std::string call_terms(const ResidualTable& residuals, const Hop& hop);

// The member `calls` of docs/schema/path-1.json.
void write_calls(JsonWriter& out, const ResidualTable& residuals,
                 const std::vector<const Hop*>& hops);

}  // namespace rolecall
