// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "rolecall/reach/diff.h"

namespace rolecall {

// A call of a changed edge that is refused in one estate and allowed in the other. Tries values
// that the conditions name, and values they do not; what it returns was decided in both.
[[nodiscard]] std::optional<AssumeRequest> find_witness(const Estate& refusing,
                                                        const Estate& allowing,
                                                        const EdgeChange& change);

}  // namespace rolecall
