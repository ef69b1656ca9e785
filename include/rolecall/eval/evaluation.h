// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rolecall/eval/gate.h"
#include "rolecall/eval/statement_match.h"

namespace rolecall {

// A policy that bears on a request. Borrowed; `policy` is null when its document is missing.
struct PolicyRef {
  const Policy* policy = nullptr;
  std::string label{};  // What reports call it: a role ARN, `x (inline policy of y)`, `p-...`.
};

// Policies that are combined: any Deny denies, any Allow allows. SCPs and RCPs have one layer per
// level, root first; the other gates have one.
struct PolicyLayer {
  std::string level{};  // r-..., ou-..., account id; empty where there are no levels.
  std::vector<PolicyRef> policies{};
};

enum class GateState : std::uint8_t { NotChecked, NotApplicable, Unknown, Evaluate };

struct GateInput {
  GateState state = GateState::NotApplicable;
  std::string why{};  // For NotChecked, Unknown and NotApplicable: one clause for reports.
  std::vector<PolicyLayer> layers{};
};

// All policies that bear on a request, by gate. Only the policy gates are used.
struct PolicySet {
  std::array<GateInput, kGateCount> gates{};
  bool cross_account = false;  // Caller and role live in different accounts.

  [[nodiscard]] GateInput& at(Gate gate) { return gates[static_cast<std::size_t>(gate)]; }
  [[nodiscard]] const GateInput& at(Gate gate) const {
    return gates[static_cast<std::size_t>(gate)];
  }
};

// What the policies of one layer say together.
struct LayerResult {
  Tri denied = Tri::No;
  Tri allowed = Tri::No;
  bool undocumented = false;       // An Open above is open because AWS does not say.
  bool undocumented_deny = false;  // The Open of `denied` is.
  bool missing = false;            // A document is missing or could not be read completely.
};

struct GateResult {
  Verdict verdict = Verdict::NotApplicable;
  LayerResult result{};
  std::uint32_t layer = 0;  // The layer that decided, where there are several.
};

// Every statement of a gate, looked at.
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
  // The trust grant the caller-side gates were judged by (docs/evaluation.md E6.2). Where no
  // trust statement grants, the one that comes nearest.
  GrantClass grant = GrantClass::None;

  [[nodiscard]] GateResult& at(Gate gate) { return gates[static_cast<std::size_t>(gate)]; }
  [[nodiscard]] const GateResult& at(Gate gate) const {
    return gates[static_cast<std::size_t>(gate)];
  }
};

// Decides one authorization. A pure function: no clock, file, environment or global state, and no
// allocation unless a policy variable is expanded. Steps: docs/evaluation.md E6.
[[nodiscard]] Evaluation evaluate(const Caller& caller, const Authorization& authorization,
                                  const PolicySet& policies);

// Every statement of one gate with all its elements, for explanations.
[[nodiscard]] GateTrace trace_gate(const Caller& caller, const Authorization& authorization,
                                   const GateInput& gate);

// Denied if any gate denies; else unknown if any is unknown; else conditional if any depends.
[[nodiscard]] Decision decide_gates(const std::array<GateResult, kGateCount>& gates);

}  // namespace rolecall
