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

// A precondition that fails: a request, credentials or provider that no policy can save.
struct PreconditionFailure {
  Gate gate{};
  std::string_view code{};  // Of docs/causes.md.
  std::string message{};
  std::string subject{};  // What `policy` of a cause names: a role ARN, a provider ARN, ...
  std::vector<std::string> expected{};
  std::optional<std::string> actual{};
  Span at{};
  // Without a role to ask, the gates that need one are not applicable.
  bool no_role = false;
};

// One authorization of the call, `sts:AssumeRole` or `sts:TagSession` or ...
struct SubAction {
  Authorization authorization{};
  Evaluation evaluation{};
};

// A datum that is missing and would decide, and how to get it.
struct MissingDatum {
  Gate gate{};
  std::string what{};
  std::string why{};
  std::string obtain{};  // A command; may be empty.
};

struct GateAnswer {
  Verdict verdict = Verdict::NotApplicable;
  std::string why{};  // A clause for verdicts that rest on no statement; may be empty.
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
  // With iam:PassRole: the service's own assumption of the role.
  std::optional<SubAction> service_trust{};
  Caller service_caller{};
  std::vector<PreconditionFailure> failures{};
  std::vector<MissingDatum> missing{};

  // Gates whose kind of data was not supplied at all, also where there is no role to ask.
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

// Which policies bear on the request, what its context is, and what they say. Never fails: what is
// missing makes gates `unknown` or `not-checked`. With an overlay, as if the estate were changed by
// it. REQUIRES: estate, request and overlay outlive the result. Steps: docs/evaluation.md E1 and
// E3.
[[nodiscard]] AssumeDecision decide(const Estate& estate, const AssumeRequest& request,
                                    const EstateOverlay* overlay = nullptr);

}  // namespace rolecall
