// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_context.h"

namespace rolecall {

// Whether the object is an organization.json (docs/estate-format.md): one `aws organizations`
// command alone does not write enough of it.
[[nodiscard]] bool is_organization(const JsonValue& value);

// Reads organization.json into the estate. One whose structure cannot be read in full is reported
// and not kept, since an account it seems not to list would count as outside.
void load_organization(LoadContext& context, const EstateDocument& document);

}  // namespace rolecall
