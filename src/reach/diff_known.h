// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rolecall/reach/who.h"

#include "reach/diff_gaps.h"
#include "reach/diff_run.h"
#include "reach/formula_difference.h"

// Whether the answers of two states about a call can be compared. Data that only one state has
// makes differences that did not happen in AWS; these become gaps.
namespace rolecall {

inline constexpr std::string_view kInBoth = "in both states";

// A caller and a role.
struct DiffCall {
  AssumerKind kind{};
  std::string_view account{};  // Of the caller; may be empty.
  std::string_view caller{};   // ARN of a user or role; may be empty.
  std::string_view role{};
};

// The answer of one state about a call.
struct SaidOfCall {
  const ResidualTable* table = nullptr;  // May be null for a call that is refused.
  ResidualId when = ResidualTable::kNever;
  const std::vector<Gate>* not_checked = nullptr;  // Null: the call is refused.
  // The answer is about a group that the caller belongs to, so that it is open who calls.
  bool among_others = false;
};

class CallKnowledge {
 public:
  CallKnowledge(const DiffSide& before, const DiffSide& after, const DiffCall& call)
      : before_(before), after_(after), call_(call) {}

  // What differs; adds the reasons for what cannot be compared.
  FormulaDifference::Change compare(const SaidOfCall& was, const SaidOfCall& is,
                                    std::vector<DiffReason>& reasons) const;
  // Adds a reason for each missing document or list that the formula depends on. `where` says in
  // which state.
  void explain(std::string_view where, const SaidOfCall& said,
               std::vector<DiffReason>& reasons) const;

 private:
  // A reason for each gate that was checked in one state only.
  [[nodiscard]] std::vector<DiffReason> skipped(const DiffSide& here, const SaidOfCall& said,
                                                const DiffSide& there,
                                                const SaidOfCall& other) const;
  [[nodiscard]] bool has_data(const DiffSide& side, Gate gate) const;
  [[nodiscard]] DiffReason reason_of(const DiffSide& here, const DiffSide& there, Gate gate) const;
  // Why an open part would not be open with the data of the other state; nothing: it would be.
  // `among_others`: the answer is about a group in this state only.
  [[nodiscard]] std::optional<DiffReason> lacks(const DiffSide& here, const DiffSide& there,
                                                const ResidualNode& part, bool among_others) const;
  [[nodiscard]] std::optional<DiffReason> lacks(const DiffSide& here, const DiffSide& there,
                                                std::string_view key) const;
  [[nodiscard]] bool tells_callers_apart(std::string_view key) const;

  const DiffSide& before_;
  const DiffSide& after_;
  DiffCall call_;
};

[[nodiscard]] bool is_service_linked(std::string_view arn);
// A reason when the states know different parts of the organization: its accounts or its policies.
[[nodiscard]] std::optional<DiffReason> organization_apart(const DiffSide& before,
                                                           const DiffSide& after);
// Why the trust policy of a role is not known in a state; nothing when it is, or there is no role.
[[nodiscard]] std::optional<DiffReason> unknown_trust(std::string_view where, const Role* role);

}  // namespace rolecall
