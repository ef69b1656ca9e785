// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <span>
#include <vector>

#include "rolecall/report/explain_report.h"
#include "rolecall/trail/question.h"

#include "cli/exit_status.h"

namespace rolecall::cli {

// Questions with the data that answers them. All borrowed.
struct AskedQuestions {
  const std::vector<Question>& questions;
  const Estate& estate;
  const Diagnostics& diagnostics;
  std::span<const Unknown> not_read{};
};

// Writes the answer to each question as text. Returns the worst status.
ExitStatus write_text_answers(const AskedQuestions& asked, TextStyle style, std::ostream& out);
// The worse of two: denied is worse than undecided, undecided worse than allowed.
[[nodiscard]] ExitStatus worse(ExitStatus a, ExitStatus b);
// The status of one answer: undecided when AWS allowed a call that is denied here.
[[nodiscard]] ExitStatus status_of(const Diagnosis& diagnosis);
// The best status possible: undecided when a log or file of events was not read in full.
[[nodiscard]] ExitStatus least_status(const Diagnostics& diagnostics);

}  // namespace rolecall::cli
