// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rolecall/eval/gate.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

// A policy that bears on a request.
struct PolicyRef {
  const Policy* policy = nullptr;  // Borrowed; null when the document is missing.
  std::string label{};  // Its name in reports: a role ARN, `x (inline policy of y)`, `p-...`.
};

// Policies that are evaluated together: any Deny denies, any Allow allows. SCPs and RCPs have one
// layer per level of the organization, root first; the other gates have one layer.
struct PolicyLayer {
  std::string level{};  // r-..., ou-... or account id; empty where there are no levels.
  std::vector<PolicyRef> policies{};
};

// Whether a gate's policies are to be evaluated, or else what its verdict is.
enum class GateState : std::uint8_t { NotChecked, NotApplicable, Unknown, Evaluate };

struct GateInput {
  GateState state = GateState::NotApplicable;
  std::string why{};  // Unless Evaluate: the reason, as a clause for reports.
  std::vector<PolicyLayer> layers{};
};

// All policies that bear on a request, by gate; only gates that are policies are used.
struct PolicySet {
  std::array<GateInput, kGateCount> gates{};
  bool cross_account = false;  // The caller and the role are in different accounts.

  [[nodiscard]] GateInput& at(Gate gate) { return gates[static_cast<std::size_t>(gate)]; }
  [[nodiscard]] const GateInput& at(Gate gate) const {
    return gates[static_cast<std::size_t>(gate)];
  }
};

// What the policies of one layer say together.
struct LayerResult {
  Tri denied = Tri::No;            // Whether a Deny applies.
  Tri allowed = Tri::No;           // Whether an Allow applies.
  bool undocumented = false;       // One of them is Open because AWS does not document the case.
  bool undocumented_deny = false;  // `denied` is Open for that reason.
  bool missing = false;            // A document is missing or could not be read completely.
};

struct GateResult {
  Verdict verdict = Verdict::NotApplicable;
  LayerResult result{};
  std::uint32_t layer = 0;  // Index of the layer that decided the verdict.
};

// The trace of every statement of a gate.
struct GateTrace {
  struct Entry {
    std::uint32_t layer = 0;
    std::uint32_t policy = 0;  // Index into the layer's policies.
    StatementTrace statement{};
  };
  std::vector<Entry> statements{};
};

struct Evaluation {
  Decision decision = Decision::Unknown;
  std::array<GateResult, kGateCount> gates{};
  // How the trust policy grants the call, which decided which of the caller's own policies must
  // allow it (docs/evaluation.md E6.2). Where no statement grants it, the nearest one's class.
  GrantClass grant = GrantClass::None;

  [[nodiscard]] GateResult& at(Gate gate) { return gates[static_cast<std::size_t>(gate)]; }
  [[nodiscard]] const GateResult& at(Gate gate) const {
    return gates[static_cast<std::size_t>(gate)];
  }
};

// Evaluates one authorization. A pure function: no clock, file, environment or global state, and
// no allocation unless a policy variable is expanded. Steps: docs/evaluation.md E6.
[[nodiscard]] Evaluation evaluate(const Caller& caller, const Authorization& authorization,
                                  const PolicySet& policies);

// Evaluates every element of every statement of one gate, for explanations.
[[nodiscard]] GateTrace trace_gate(const Caller& caller, const Authorization& authorization,
                                   const GateInput& gate);

// Denied if any gate denies; else unknown if any is unknown; else conditional if any depends.
[[nodiscard]] Decision decide_gates(const std::array<GateResult, kGateCount>& gates);

}  // namespace rolecall
