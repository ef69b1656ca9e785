// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_output.h"

#include <ostream>

namespace rolecall::cli {

ExitStatus worse(ExitStatus a, ExitStatus b) {
  const auto rank = [](ExitStatus status) {
    return status == ExitStatus::Denied ? 2 : status == ExitStatus::Undecided ? 1 : 0;
  };
  return rank(a) >= rank(b) ? a : b;
}

ExitStatus write_text_answers(const AskedQuestions& asked, TextStyle style, std::ostream& out) {
  ExitStatus status = ExitStatus::Allowed;
  for (const Question& question : asked.questions) {
    if (&question != asked.questions.data()) out << "\n";
    const ErrorEvidence* said = question.evidence ? &*question.evidence : nullptr;
    const Diagnosis diagnosis = diagnose(asked.estate, question.request, said);
    const auto fixes = style.quiet ? std::vector<VerifiedFix>()
                                   : find_fixes(asked.estate, question.request, diagnosis);
    out << write_explain_text(
        {asked.estate, question.request, diagnosis, asked.diagnostics, said, fixes, asked.not_read},
        style);
    status = worse(status, exit_status_of(diagnosis.decision.decision));
  }
  return status;
}

}  // namespace rolecall::cli
