// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/estate/estate.h"
#include "rolecall/estate/estate_overlay.h"
#include "rolecall/eval/evaluation.h"
#include "rolecall/trust/assume_request.h"

namespace rolecall {

// A precondition that fails, so that AWS refuses the call whatever the policies say.
struct PreconditionFailure {
  Gate gate{};              // Request, Credentials or Idp.
  std::string_view code{};  // Cause code of docs/causes.md.
  std::string message{};
  std::string subject{};  // What it is about, as in Cause::policy: a role ARN, a provider ARN, ...
  std::vector<std::string> expected{};
  std::optional<std::string> actual{};
  Span at{};
  // There is no such role, so the gates that need one are not applicable.
  bool no_role = false;
};

// One action that the call is authorized for: `sts:AssumeRole`, `sts:TagSession`, ...
struct SubAction {
  Authorization authorization{};
  Evaluation evaluation{};
};

// Missing data that could change the decision, and how to get it.
struct MissingDatum {
  Gate gate{};
  std::string what{};
  std::string why{};
  std::string obtain{};  // A command that fetches it; may be empty.
};

// What a gate says about the whole call.
struct GateAnswer {
  Verdict verdict = Verdict::NotApplicable;
  std::string why{};  // The reason, as a clause, of a verdict that rests on no statement.
};

// Everything the decision rests on. Borrows from the estate and the request.
struct AssumeDecision {
  Decision decision = Decision::Unknown;
  std::array<GateAnswer, kGateCount> gates{};
  Caller caller{};
  const Role* role = nullptr;         // Null when it is not in the estate.
  const Role* caller_role = nullptr;  // The role of a role session, when it is in the estate.
  const User* caller_user = nullptr;
  std::string role_account{};
  PolicySet policies{};
  std::vector<SubAction> sub_actions{};  // The main action first.
  // With iam:PassRole: whether the service can assume the role, and the service as a caller.
  std::optional<SubAction> service_trust{};
  Caller service_caller{};
  std::vector<PreconditionFailure> failures{};
  std::vector<MissingDatum> missing{};

  // Whether no data for the gate was supplied, even if the gate does not apply without a role.
  [[nodiscard]] bool is_not_checked(Gate gate) const {
    return at(gate).verdict == Verdict::NotChecked ||
           (at(gate).verdict == Verdict::NotApplicable &&
            policies.at(gate).state == GateState::NotChecked);
  }
  [[nodiscard]] GateAnswer& at(Gate gate) { return gates[static_cast<std::size_t>(gate)]; }
  [[nodiscard]] const GateAnswer& at(Gate gate) const {
    return gates[static_cast<std::size_t>(gate)];
  }
};

// Finds the policies that bear on the request, builds its context, and decides it. Never fails:
// missing data makes gates Unknown or NotChecked. With an overlay, decides as if the estate were
// changed by it. REQUIRES: estate, request and overlay outlive the result. Steps:
// docs/evaluation.md E1 and E3.
[[nodiscard]] AssumeDecision decide(const Estate& estate, const AssumeRequest& request,
                                    const EstateOverlay* overlay = nullptr);

}  // namespace rolecall
