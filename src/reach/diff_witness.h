// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "rolecall/reach/diff.h"

namespace rolecall {

// A call of a changed edge that decide() refuses in one estate and allows in the other. Tries
// values that the conditions name, and other ones. Nothing when none of those it tries differs.
[[nodiscard]] std::optional<AssumeRequest> find_witness(const Estate& refusing,
                                                        const Estate& allowing,
                                                        const EdgeChange& change);

}  // namespace rolecall
