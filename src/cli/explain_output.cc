// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_output.h"

#include <algorithm>
#include <ostream>

namespace rolecall::cli {

ExitStatus worse(ExitStatus a, ExitStatus b) {
  const auto rank = [](ExitStatus status) {
    return status == ExitStatus::Denied ? 2 : status == ExitStatus::Undecided ? 1 : 0;
  };
  return rank(a) >= rank(b) ? a : b;
}

ExitStatus status_of(const Diagnosis& diagnosis) {
  const ExitStatus status = exit_status_of(diagnosis.decision.decision);
  const bool contradicted = status == ExitStatus::Denied && !diagnosis.contradiction.empty();
  return contradicted ? ExitStatus::Undecided : status;
}

ExitStatus least_status(const Diagnostics& diagnostics) {
  const auto& all = diagnostics.all();
  const bool lost = std::any_of(all.begin(), all.end(), [](const Diagnostic& each) {
    const bool some =
        each.code == DiagnosticCode::TooMany || each.code == DiagnosticCode::InvalidJson;
    return some && each.severity == Severity::Error;
  });
  return lost ? ExitStatus::Undecided : ExitStatus::Allowed;
}

ExitStatus write_text_answers(const AskedQuestions& asked, TextStyle style, std::ostream& out) {
  ExitStatus status = least_status(asked.diagnostics);
  for (const Question& question : asked.questions) {
    if (&question != asked.questions.data()) out << "\n";
    const ErrorEvidence* said = question.evidence ? &*question.evidence : nullptr;
    const Diagnosis diagnosis = diagnose(asked.estate, question.request, said);
    const auto fixes = style.quiet ? std::vector<VerifiedFix>()
                                   : find_fixes(asked.estate, question.request, diagnosis);
    out << write_explain_text(
        {asked.estate, question.request, diagnosis, asked.diagnostics, said, fixes, asked.not_read},
        style);
    status = worse(status, status_of(diagnosis));
  }
  return status;
}

}  // namespace rolecall::cli
