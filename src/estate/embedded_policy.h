// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/estate/placed_policy.h"

#include "load_context.h"

namespace rolecall {

// Reads the policy document in a member of an estate file, in any form that AWS and its clients
// write: an object, JSON text, or JSON text that was URL-encoded once or twice. Places in it are
// reported as places in the file. Documents of the same bytes and kind are shared. Null when the
// value is null or cannot be read; the reason is then in the diagnostics.
[[nodiscard]] PlacedPolicy load_policy_document(LoadContext& context, const JsonDocument& json,
                                                const JsonValue& value, PolicyKind kind);

// Whether the two are equal, apart from white space and the order of keys. Both may be null.
[[nodiscard]] bool same_policy(const SourceTable& sources, PlacedPolicy a, PlacedPolicy b);

}  // namespace rolecall
