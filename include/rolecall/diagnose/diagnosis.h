// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rolecall/diagnose/cause.h"
#include "rolecall/diagnose/error_text.h"
#include "rolecall/estate/estate.h"
#include "rolecall/eval/note.h"
#include "rolecall/trust/assume_decision.h"

namespace rolecall {

// A datum that would settle what is open.
struct Unknown {
  std::string what{};  // A gate's data, a policy, or a context key.
  std::string why{};
  std::string obtain{};  // A command or an option; may be empty.
};

// The decision, its causes, and what could not be seen. Borrows from estate and request.
struct Diagnosis {
  AssumeDecision decision{};
  std::vector<Cause> causes{};  // Complete and minimal, in gate order; empty unless denied.
  std::vector<Unknown> unknowns{};
  std::vector<Note> notes{};  // Choices it rests on where AWS's pages differ, in gate order.
  // AWS refused, and every gate that was checked allows; or AWS allowed, and the decision is
  // denied: what may explain it, likeliest first.
  std::vector<Unknown> contradiction{};
  // Causes the error text makes likely, when the data does not decide.
  std::vector<std::string> likely_causes{};
};

// `evidence` is what AWS said, when an error was given; it never overrules the policies, but a
// gate AWS named and that was not checked makes the decision unknown. Steps: docs/evaluation.md
// E8.
[[nodiscard]] Diagnosis diagnose(const Estate& estate, const AssumeRequest& request,
                                 const ErrorEvidence* evidence = nullptr);

}  // namespace rolecall
