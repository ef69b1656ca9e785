// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/source.h"
#include "rolecall/eval/gate.h"
#include "rolecall/iam/policy.h"

namespace rolecall {

// One row of the catalogue of causes (docs/causes.md).
struct CauseRow {
  std::string_view code{};     // `trust-condition-external-id-missing`; never changes.
  Gate gate{};                 // The gate it usually belongs to.
  std::string_view summary{};  // One sentence: what is wrong.
  std::string_view check{};    // One imperative sentence: what to look at or change.
};
// Every code, in the order of docs/causes.md; a meta-test walks it.
[[nodiscard]] std::span<const CauseRow> cause_table();
[[nodiscard]] const CauseRow* find_cause(std::string_view code);

// One independent reason why a request is denied. Removing it may not be enough; leaving it keeps
// the request denied.
struct Cause {
  Gate gate{};
  std::string code{};
  std::string message{};  // Names the two values that differ.
  std::string action{};   // The sub-action that is refused.
  // Its document: role ARN for a trust policy, `x (inline policy of y)`, p-..., vpce-...
  std::string policy{};
  const Policy* document = nullptr;  // Borrowed: the policy it is in; null when it is in none.
  std::optional<std::uint32_t> statement_index{};
  std::string condition_key{};
  std::vector<std::string> other_condition_keys{};  // Keys that fail for the same reason.
  std::vector<std::string> expected{};              // What the policy or AWS demands.
  std::optional<std::string> actual{};              // Nothing: absent from the request.
  Span at{};
};

}  // namespace rolecall
