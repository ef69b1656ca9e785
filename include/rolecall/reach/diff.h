// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/audit.h"
#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_request.h"

// What differs between two states of an estate: who can assume which role, and what an audit finds.
namespace rolecall {

enum class ChangeKind : std::uint8_t { Appears, Vanishes, Changes };
// `appears`, `vanishes`, `changes`.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

// Principals of one kind whose way into a role differs, in one and the same way.
struct EdgeChange {
  ChangeKind kind{};
  std::string role{};  // ARN.
  // The way before and after, of the first of them. Null where there is none.
  const Assumption* before = nullptr;
  const Assumption* after = nullptr;
  const WhoAnswer* before_answer = nullptr;  // Never null when `before` is not.
  const WhoAnswer* after_answer = nullptr;
  std::vector<std::string> principals{};  // ARNs of users or roles of the estate; empty for others.
  // Whether some call may be newly allowed, newly refused.
  bool opens = false;
  bool closes = false;
  // A call that decide() refuses before and allows after, and the other way around. Nothing when
  // none was found: the conditions may exclude each other in ways that were not seen.
  std::optional<AssumeRequest> opened{};
  std::optional<AssumeRequest> closed{};

  // Of `after`, or of `before` when there is none.
  [[nodiscard]] const Assumption& way() const { return after != nullptr ? *after : *before; }
};

struct DiffAnswer {
  std::deque<WhoAnswer> answers{};  // What the edges borrow from.
  std::vector<EdgeChange> edges{};  // Those that open first, then by role.
  AuditAnswer audit_before{};
  AuditAnswer audit_after{};
  // Findings that are not suppressed and on one side only, by rule, subject and evidence.
  std::vector<const AuditFinding*> appeared{};
  std::vector<const AuditFinding*> vanished{};
  std::vector<AuditGap> gaps{};
  std::size_t roles = 0;  // Of both sides, each once.
};

// Compares the two. The answer borrows from both estates.
[[nodiscard]] DiffAnswer diff_estates(const Estate& before, const Estate& after,
                                      const AuditOptions& options);

}  // namespace rolecall
