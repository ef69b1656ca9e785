// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// Where AWS's pages contradict each other, rolecall follows one of them (docs/evaluation.md E9.2).
// A note says that the answer to a request met such a choice.
struct Note {
  std::string_view rule{};  // Its id in docs/rules.md.
  std::string message{};
  Gate gate{};
  Span at{};              // The statement or condition; unknown where there is none.
  bool decisive = false;  // The other choice would change the gate's verdict or the decision.
};

// The choices met in evaluating an authorization, in gate order. Evaluates every statement again,
// so it is for explanations. REQUIRES: `evaluation` is what evaluate() returns for the others.
[[nodiscard]] std::vector<Note> list_notes(const Caller& caller, const Authorization& authorization,
                                           const PolicySet& policies, const Evaluation& evaluation);

// Adds the notes that `all` does not have yet. Two are the same when rule, gate and place are.
void add_notes(std::vector<Note> notes, std::vector<Note>& all);

}  // namespace rolecall
