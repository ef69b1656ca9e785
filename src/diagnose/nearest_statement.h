// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// The Allow statement of a gate that comes nearest to applying: with the fewest and smallest
// differences.
struct NearestStatement {
  GateTrace::Entry entry{};
  bool kind_differs = false;  // Its principals are of another kind than the caller.
  bool principal_differs = false;
  bool action_differs = false;
  bool resource_differs = false;
};

// Nothing when the gate has no Allow statement. `level` restricts the search to one layer.
// `role_arn` is the requested role.
[[nodiscard]] std::optional<NearestStatement> find_nearest_allow(const Caller& caller,
                                                                 const Authorization& authorization,
                                                                 const GateInput& gate,
                                                                 std::optional<std::uint32_t> level,
                                                                 std::string_view role_arn);

}  // namespace rolecall
