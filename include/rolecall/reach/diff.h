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

// Compares two states of an estate: who can assume which role, by one call (an assumption edge) and
// over chains of calls, and what an audit finds.
namespace rolecall {

enum class ChangeKind : std::uint8_t { Appears, Vanishes, Changes };
// `appears`, `vanishes`, `changes`.
[[nodiscard]] std::string_view change_kind_name(ChangeKind kind);

// One difference in the conditions under which principals can assume a role by one call, shared by
// all of these principals.
struct EdgeChange {
  ChangeKind kind{};
  std::string_view role{};  // ARN.
  // Who they are; the fields are those of Assumption.
  AssumerKind who{};
  std::string_view account{};
  std::string_view name{};
  std::vector<std::string_view> principals{};  // ARNs of users or roles of the estate.
  // How they can assume the role before and after; null where they cannot. Where a state does not
  // list them, this is the assumption of the group they belong to there, such as their account.
  const Assumption* before = nullptr;
  const Assumption* after = nullptr;
  const WhoAnswer* before_answer = nullptr;  // Never null when `before` is not.
  const WhoAnswer* after_answer = nullptr;
  bool opens = false;   // Some call may be allowed after that was not before.
  bool closes = false;  // Some call may be allowed before that is not after.
  // A call that decide() refuses before and allows after, and one for the reverse. Nothing when
  // none was found; such a call need not exist, since conditions may exclude each other unnoticed.
  std::optional<AssumeRequest> opened{};
  std::optional<AssumeRequest> closed{};

  // Of `after`, or of `before` when there is none.
  [[nodiscard]] const Assumption& way() const { return after != nullptr ? *after : *before; }
};

// Principals whose shortest walk to a role, of several calls, exists in one state only or differs
// in length or conditions. At least one of its calls is in DiffAnswer::edges.
struct ChainChange {
  ChangeKind kind{};
  std::string_view role{};            // ARN.
  std::vector<std::string> starts{};  // In the form that WalkStart::parse reads.
  // The shortest walk of the first start; empty where there is none.
  std::vector<Hop> before{};
  std::vector<Hop> after{};
  const ResidualTable* before_residuals = nullptr;  // The table of the conditions of `before`.
  const ResidualTable* after_residuals = nullptr;

  // `after`, or `before` when there is none.
  [[nodiscard]] const std::vector<Hop>& walk() const { return after.empty() ? before : after; }
};

// What could not be compared because a state lacks data. No change is reported for it.
struct DiffGap {
  std::string what{};
  std::string why{};
  std::string obtain{};              // A command; may be empty.
  std::vector<std::string> roles{};  // ARNs of roles whose edges or chains were not compared.
  bool hides = false;                // Something may have opened.
};

struct DiffAnswer {
  std::vector<EdgeChange> edges{};    // Those that open first, then by role.
  std::vector<ChainChange> chains{};  // Those that appear first, then by role.
  AuditAnswer audit_before{};
  AuditAnswer audit_after{};
  // Unsuppressed findings that only one state has; rule, subject and evidence identify a finding.
  std::vector<const AuditFinding*> appeared{};
  std::vector<const AuditFinding*> vanished{};
  std::vector<DiffGap> gaps{};
  std::size_t roles = 0;          // Of both sides, each once.
  bool nothing_compared = false;  // No account, role or organization is known on both sides.

  // Owned here because the changes point into them.
  std::vector<std::unique_ptr<WhoAnswer>> answers{};
  std::deque<ResidualTable> walked{};
};

// The answer borrows from both estates.
[[nodiscard]] DiffAnswer diff_estates(const Estate& before, const Estate& after,
                                      const AuditOptions& options);

}  // namespace rolecall
