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

// Neutral cases: one JSON object that holds a request for any action of any service together with
// every policy that bears on it (docs/simulate-format.md). Nothing else is known or asked for.

enum class NeutralDecision : std::uint8_t {
  Allowed,
  ImplicitDeny,  // Nothing allows it.
  ExplicitDeny,  // A statement with Effect Deny applies.
  Conditional,   // On context keys that follow from the request but are not given.
  Unknown,       // AWS does not say, or a policy that decides cannot be understood.
  Invalid,       // The case cannot be read.
};
// `allowed`, `implicit-deny`, ...
[[nodiscard]] std::string_view neutral_decision_name(NeutralDecision decision);

struct NeutralOptions {
  bool strict = false;  // Policies that AWS would refuse to store make a case invalid.
  bool trace = false;   // Gates are kept with the outcome of every statement.
  JsonLimits limits{};
};

// One gate of a traced case. `input` and the policies in `trace` belong to the evaluator and last
// until its next case.
struct NeutralGate {
  std::string_view name{};  // As in gate_name(); `resource` for a policy that is no trust policy.
  Verdict verdict{};
  const GateInput* input = nullptr;
  GateTrace trace{};
};

struct NeutralResult {
  std::string id{};
  bool has_id = false;
  NeutralDecision decision = NeutralDecision::Invalid;
  std::string_view deciding_gate{};  // Empty when allowed or invalid.
  std::string error{};               // Invalid: line, place and what is wrong there.
  std::string reason{};              // Unknown and Conditional: what the answer hangs on.
  std::vector<NeutralGate> gates{};  // With `trace` only; those that apply.
};

// Decides one case after the other in the same memory; not for several threads at once.
class NeutralEvaluator {
 public:
  explicit NeutralEvaluator(NeutralOptions options = {});
  NeutralEvaluator(const NeutralEvaluator&) = delete;
  NeutralEvaluator& operator=(const NeutralEvaluator&) = delete;
  NeutralEvaluator(NeutralEvaluator&& other) noexcept;
  NeutralEvaluator& operator=(NeutralEvaluator&& other) noexcept;
  ~NeutralEvaluator();

  // Depends on the text and the options alone, and has a result whatever the text. `line` is its
  // number in messages. REQUIRES: SourceTable::kPadding readable bytes after the text. The result
  // lasts until the next call.
  [[nodiscard]] const NeutralResult& decide(std::string_view text, std::uint64_t line = 1);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rolecall
