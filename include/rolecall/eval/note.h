// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rolecall/eval/evaluation.h"

namespace rolecall {

// Where AWS's pages contradict each other rolecall has chosen (docs/evaluation.md E9.2). A note
// says that a request met such a choice.
struct Note {
  std::string_view rule{};  // Its id in docs/rules.md.
  std::string message{};
  Gate gate{};
  Span at{};              // The statement or condition; unknown where there is none.
  bool decisive = false;  // The other choice would turn the verdict of the gate, or of the call.
};

// The choices that the policies of an authorization met, in gate order. Looks at every statement
// again: for explanations. REQUIRES: `evaluation` is that of `authorization`.
[[nodiscard]] std::vector<Note> list_notes(const Caller& caller, const Authorization& authorization,
                                           const PolicySet& policies, const Evaluation& evaluation);

// Adds the notes that `all` does not have yet.
void add_notes(std::vector<Note> notes, std::vector<Note>& all);

}  // namespace rolecall
