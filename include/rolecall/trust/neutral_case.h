// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rolecall/base/json.h"
#include "rolecall/eval/evaluation.h"

namespace rolecall {

// A neutral case is a JSON object with a request for any action of any service and every policy
// that bears on it (docs/simulate-format.md). Nothing else is used to decide it.

enum class NeutralDecision : std::uint8_t {
  Allowed,
  ImplicitDeny,  // Nothing allows it.
  ExplicitDeny,  // A statement with Effect Deny applies.
  Conditional,   // Depends on context keys that such a request has but the case does not give.
  Unknown,       // AWS does not document the case, or a policy that decides is faulty.
  Invalid,       // The case cannot be read.
};
// `allowed`, `implicit-deny`, ...
[[nodiscard]] std::string_view neutral_decision_name(NeutralDecision decision);

struct NeutralOptions {
  bool strict = false;  // A policy that AWS would refuse to store makes a case invalid.
  bool trace = false;   // Fills NeutralResult::gates.
  JsonLimits limits{};
};

// One gate of a traced case. `input` and the policies in `trace` belong to the evaluator and stay
// valid until its next case.
struct NeutralGate {
  // As in gate_name(); `resource` for a resource-based policy that is not a trust policy.
  std::string_view name{};
  Verdict verdict{};
  const GateInput* input = nullptr;
  GateTrace trace{};
};

struct NeutralResult {
  std::string id{};
  bool has_id = false;
  NeutralDecision decision = NeutralDecision::Invalid;
  std::string_view deciding_gate{};  // Empty when allowed or invalid.
  std::string error{};               // Invalid: line, place and fault.
  std::string reason{};              // Unknown and Conditional: what the answer depends on.
  std::vector<NeutralGate> gates{};  // With NeutralOptions::trace: the gates that apply.
};

// Decides cases in turn, reusing its memory. One thread at a time.
class NeutralEvaluator {
 public:
  explicit NeutralEvaluator(NeutralOptions options = {});
  NeutralEvaluator(const NeutralEvaluator&) = delete;
  NeutralEvaluator& operator=(const NeutralEvaluator&) = delete;
  NeutralEvaluator(NeutralEvaluator&& other) noexcept;
  NeutralEvaluator& operator=(NeutralEvaluator&& other) noexcept;
  ~NeutralEvaluator();

  // Decides the case in `text`. Never fails: text that is not a case gives Invalid. `line` is its
  // line number in messages. The result is valid until the next call. REQUIRES: `text` is followed
  // by SourceTable::kPadding readable bytes.
  [[nodiscard]] const NeutralResult& decide(std::string_view text, std::uint64_t line = 1);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rolecall
