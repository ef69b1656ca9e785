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

// Data that is missing, or a possible explanation that data would confirm.
struct Unknown {
  std::string what{};  // A gate's data, a policy, or a context key.
  std::string why{};
  std::string obtain{};  // A command or an option; may be empty.
};

// The decision with its causes and with what is not known. Borrows from estate and request.
struct Diagnosis {
  AssumeDecision decision{};
  std::vector<Cause> causes{};  // Complete and minimal, in gate order; empty unless denied.
  std::vector<Unknown> unknowns{};
  std::vector<Note> notes{};  // Choices it rests on where AWS's pages differ, in gate order.
  // AWS refused the call although every gate that was checked allows it, or AWS allowed a call that
  // is denied here: the possible explanations, likeliest first.
  std::vector<Unknown> contradiction{};
  // Cause codes that the error text makes likely, when the data does not decide.
  std::vector<std::string> likely_causes{};
};

// Decides the request and explains the decision. `evidence` is what AWS said, if an error text or
// event was given. It never overrules the policies, but when AWS names a gate that was not checked,
// the decision is Unknown. Steps: docs/evaluation.md E8.
[[nodiscard]] Diagnosis diagnose(const Estate& estate, const AssumeRequest& request,
                                 const ErrorEvidence* evidence = nullptr);

}  // namespace rolecall
