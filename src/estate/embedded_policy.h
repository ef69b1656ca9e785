// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rolecall/estate/placed_policy.h"

#include "load_context.h"

namespace rolecall {

// Reads the policy document that a member of an estate file holds, in any of the forms AWS and its
// clients write: an object, JSON text, or JSON text that was URL-encoded once or twice. Places in
// it are places in the file. A document that was read before with the same bytes and kind is shared
// with that one. Null when there is none, or when it cannot be read; the reason is then
// in the diagnostics.
[[nodiscard]] PlacedPolicy load_policy_document(LoadContext& context, const JsonDocument& json,
                                                const JsonValue& value, PolicyKind kind);

// Whether the two say the same, however they are written. Both may be null.
[[nodiscard]] bool same_policy(const SourceTable& sources, PlacedPolicy a, PlacedPolicy b);

}  // namespace rolecall
