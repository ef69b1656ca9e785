// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <span>
#include <vector>

#include "rolecall/report/explain_report.h"
#include "rolecall/trail/question.h"

#include "cli/exit_status.h"

namespace rolecall::cli {

// Questions, and what they are answered from. All borrowed.
struct AskedQuestions {
  const std::vector<Question>& questions;
  const Estate& estate;
  const Diagnostics& diagnostics;
  std::span<const Unknown> not_read{};
};

// Writes the answer to each question as text. Returns the worst status: denied is worse than
// undecided, undecided worse than allowed.
ExitStatus write_text_answers(const AskedQuestions& asked, TextStyle style, std::ostream& out);
[[nodiscard]] ExitStatus worse(ExitStatus a, ExitStatus b);
// That of one answer. Where AWS allowed what is denied here, one of the two is mistaken.
[[nodiscard]] ExitStatus status_of(const Diagnosis& diagnosis);
// What the status is at least: of a log or file of events that was not read in full, some are not
// decided.
[[nodiscard]] ExitStatus least_status(const Diagnostics& diagnostics);

}  // namespace rolecall::cli
