// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rolecall/reach/who.h"

#include "reach/diff_gaps.h"
#include "reach/diff_run.h"
#include "reach/formula_difference.h"

// Whether what one state says of a call can be held against what the other says: data that only one
// of them has makes differences that are none of AWS's.
namespace rolecall {

inline constexpr std::string_view kInBoth = "in both states";

// Who asks for which role.
struct DiffCall {
  AssumerKind kind{};
  std::string_view account{};  // Of the caller; may be empty.
  std::string_view caller{};   // ARN of a user or role; may be empty.
  std::string_view role{};
};

// What is said of a call in one state.
struct SaidOfCall {
  const ResidualTable* table = nullptr;  // May be null for a call that is refused.
  ResidualId when = ResidualTable::kNever;
  const std::vector<Gate>* not_checked = nullptr;  // Null: the call is refused.
  // It is said of the others that the caller is among, so that who calls is open.
  bool among_others = false;
};

class CallKnowledge {
 public:
  CallKnowledge(const DiffSide& before, const DiffSide& after, const DiffCall& call)
      : before_(before), after_(after), call_(call) {}

  // What differs, with the reasons for what cannot be told.
  FormulaDifference::Change compare(const SaidOfCall& was, const SaidOfCall& is,
                                    std::vector<DiffReason>& reasons) const;
  // Documents and lists that are missing, of which the formula tells. `where`: in which state.
  void explain(std::string_view where, const SaidOfCall& said,
               std::vector<DiffReason>& reasons) const;

 private:
  // The gates that were looked at in one state only.
  [[nodiscard]] std::vector<DiffReason> skipped(const DiffSide& here, const SaidOfCall& said,
                                                const DiffSide& there,
                                                const SaidOfCall& other) const;
  [[nodiscard]] bool has_data(const DiffSide& side, Gate gate) const;
  [[nodiscard]] DiffReason reason_of(const DiffSide& here, const DiffSide& there, Gate gate) const;
  // Why an open part would be settled with the data of the other state. `among_others`: only in
  // this state.
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
// What both sides know of the organization differs: who is in it, or its policies.
[[nodiscard]] std::optional<DiffReason> organization_apart(const DiffSide& before,
                                                           const DiffSide& after);
// Why the trust policy of a role cannot be told in a state; nothing when it can, or there is no
// role.
[[nodiscard]] std::optional<DiffReason> unknown_trust(std::string_view where, const Role* role);

}  // namespace rolecall
