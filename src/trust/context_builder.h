// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "rolecall/estate/estate.h"
#include "rolecall/eval/request_context.h"
#include "rolecall/iam/context_key.h"
#include "rolecall/trust/assume_request.h"

#include "trust/caller_builder.h"

namespace rolecall {

// The families of context keys that hold the role's tags.
inline constexpr std::array<std::string_view, 2> kRoleTags = {"aws:ResourceTag/",
                                                              "iam:ResourceTag/"};

// What the context is built from. All borrowed.
struct ContextSources {
  const Estate& estate;
  const AssumeRequest& request;
  const ResolvedCaller& caller;
  const Role* role = nullptr;
  std::string_view role_arn{};
  std::string_view role_account{};
};

// The request context of one sub-action: derived keys, parameters of the call, environment, and
// the keys that were given, restricted to those this sub-action sees (docs/evaluation.md E3).
[[nodiscard]] RequestContext build_context(const ContextSources& sources, ActionSet action);
// Turns the context of the same caller's call to another role into the one for this role. REQUIRES:
// no key that describes the role was given, and the tags of both roles are known.
void replace_role(const ContextSources& sources, ActionSet action, RequestContext& context);

}  // namespace rolecall
