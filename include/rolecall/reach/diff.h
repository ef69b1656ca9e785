// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/reach/audit.h"
#include "rolecall/reach/walk.h"
#include "rolecall/reach/who.h"
#include "rolecall/trust/assume_request.h"

// What differs between two states of an estate: who can assume which role, by one call and over
// chains of calls, and what an audit finds.
namespace rolecall {

enum class ChangeKind : std::uint8_t { Appears, Vanishes, Changes };
// `appears`, `vanishes`, `changes`.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

// Principals of one kind whose way into a role differs, in one and the same way.
struct EdgeChange {
  ChangeKind kind{};
  std::string_view role{};  // ARN.
  // Who they are, as in Assumption.
  AssumerKind who{};
  std::string_view account{};
  std::string_view name{};
  std::vector<std::string_view> principals{};  // ARNs of users or roles of the estate.
  // The way before and after; null where there is none. It is that of all others where a state does
  // not tell them apart from those.
  const Assumption* before = nullptr;
  const Assumption* after = nullptr;
  const WhoAnswer* before_answer = nullptr;  // Never null when `before` is not.
  const WhoAnswer* after_answer = nullptr;
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

// Principals that can end up in a role over several calls in one state only, or on a longer or
// shorter way, or under other conditions. Some call of it is one of DiffAnswer::edges.
struct ChainChange {
  ChangeKind kind{};
  std::string_view role{};            // ARN.
  std::vector<std::string> starts{};  // As WalkStart::parse reads them.
  // The shortest way of the first of them; empty where there is none.
  std::vector<Hop> before{};
  std::vector<Hop> after{};
  const ResidualTable* before_residuals = nullptr;  // What the conditions of `before` stand in.
  const ResidualTable* after_residuals = nullptr;

  // `after`, or `before` when there is none.
  [[nodiscard]] const std::vector<Hop>& walk() const { return after.empty() ? before : after; }
};

// What could not be compared, since a state lacks data for it. No change is claimed of it.
struct DiffGap {
  std::string what{};
  std::string why{};
  std::string obtain{};              // A command; may be empty.
  std::vector<std::string> roles{};  // ARNs of those into which ways or chains were not compared.
  bool hides = false;                // Something may have opened.
};

struct DiffAnswer {
  std::vector<EdgeChange> edges{};    // Those that open first, then by role.
  std::vector<ChainChange> chains{};  // Those that appear first, then by role.
  AuditAnswer audit_before{};
  AuditAnswer audit_after{};
  // Findings that are not suppressed and on one side only, by rule, subject and evidence.
  std::vector<const AuditFinding*> appeared{};
  std::vector<const AuditFinding*> vanished{};
  std::vector<DiffGap> gaps{};
  std::size_t roles = 0;          // Of both sides, each once.
  bool nothing_compared = false;  // No account, role or organization is known on both sides.

  // What the changes borrow from.
  std::vector<std::unique_ptr<WhoAnswer>> answers{};
  std::deque<ResidualTable> walked{};
};

// Compares the two. The answer borrows from both estates.
[[nodiscard]] DiffAnswer diff_estates(const Estate& before, const Estate& after,
                                      const AuditOptions& options);

}  // namespace rolecall
