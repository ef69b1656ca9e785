// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/base/json.h"
#include "rolecall/diagnose/diagnosis.h"
#include "rolecall/diagnose/fix.h"

#include "reference/reference_evaluator.h"
#include "support/case_file.h"
#include "support/command_line.h"
#include "support/paths.h"
#include "support/repaired_world.h"
#include "support/test_folder.h"

namespace rolecall {
namespace {

const CaseFiles& all_cases() {
  static const CaseFiles kAll = load_cases(repository_path("tests/conformance"));
  return kAll;
}

// The statement of the first cause, or the trust policy's Allow that the answer rests on.
std::optional<std::int64_t> deciding_statement(const Diagnosis& diagnosis) {
  const AssumeDecision& decision = diagnosis.decision;
  if (decision.decision == Decision::Denied) {
    if (diagnosis.causes.empty() || !diagnosis.causes[0].statement_index) return std::nullopt;
    return *diagnosis.causes[0].statement_index;
  }
  for (const SubAction& sub : decision.sub_actions) {
    const GateTrace trace =
        trace_gate(decision.caller, sub.authorization, decision.policies.at(Gate::Trust));
    for (const GateTrace::Entry& entry : trace.statements) {
      const StatementTrace& statement = entry.statement;
      const bool allows = statement.statement->effect == Effect::Allow;
      if (allows && statement.match.applies != Tri::No) return statement.statement->index;
    }
  }
  return std::nullopt;
}

class Conformance : public testing::TestWithParam<CaseFile> {};

TEST_P(Conformance, IsDecidedAsTheRulesSay) {
  const LoadedCase loaded(GetParam());
  const Diagnosis diagnosis = diagnose(loaded.estate, loaded.request);
  EXPECT_EQ(decision_name(diagnosis.decision.decision), GetParam().decision);
  for (const auto& [name, verdict] : GetParam().gates) {
    EXPECT_EQ(verdict_name(diagnosis.decision.at(*find_gate(name)).verdict), verdict) << name;
  }
  std::vector<std::string> causes;
  for (const Cause& cause : diagnosis.causes) causes.push_back(cause.code);
  EXPECT_EQ(causes, GetParam().causes);
  EXPECT_EQ(deciding_statement(diagnosis), GetParam().statement);
  std::vector<std::string> notes;
  for (const Note& note : diagnosis.notes) {
    if (note.decisive) notes.emplace_back(note.rule);
  }
  EXPECT_EQ(notes, GetParam().notes);
}

void expect_agreement(const Caller& caller, const SubAction& sub, const PolicySet& policies) {
  const reference::Outcome expected = reference::evaluate(caller, sub.authorization, policies);
  for (int i = 0; i < kGateCount; ++i) {
    const auto index = static_cast<std::size_t>(i);
    EXPECT_EQ(verdict_name(sub.evaluation.gates[index].verdict),
              verdict_name(expected.gates[index]))
        << sub.authorization.action << " at " << gate_name(static_cast<Gate>(i));
  }
  EXPECT_EQ(decision_name(sub.evaluation.decision), decision_name(expected.decision))
      << sub.authorization.action;
}

TEST_P(Conformance, IsDecidedAlikeByTheReference) {
  const LoadedCase loaded(GetParam());
  const AssumeDecision decision = decide(loaded.estate, loaded.request);
  for (const SubAction& sub : decision.sub_actions) {
    PolicySet policies = decision.policies;
    // The trust policy of a passed role is the service's affair.
    if (decision.service_trust || !decision.at(Gate::PassRole).why.empty()) {
      policies.at(Gate::Trust) = {};
    }
    expect_agreement(decision.caller, sub, policies);
  }
  if (!decision.service_trust) return;
  PolicySet policies;
  policies.at(Gate::Trust) = decision.policies.at(Gate::Trust);
  expect_agreement(decision.service_caller, *decision.service_trust, policies);
}

TEST_P(Conformance, HasOnlyFixesThatRepairIt) {
  WorldTexts texts;
  for (const auto& [name, text] : GetParam().estate) texts.files[name] = text;
  texts.request = GetParam().request;
  const ReadWorld read(texts);
  const Diagnosis diagnosis = diagnose(read.estate, read.question.request);
  for (const VerifiedFix& fix : find_fixes(read.estate, read.question.request, diagnosis)) {
    EXPECT_EQ(GetParam().decision, "denied");
    if (!fix.writes_files()) continue;
    const ReadWorld after(repaired(texts, read, fix));
    EXPECT_EQ(decision_name(decide(after.estate, after.question.request).decision),
              decision_name(fix.decision_after()))
        << fix.summary();
  }
}

// All changes of a fix are said to be needed.
TEST_P(Conformance, HasOnlyFixesThatNeedEachOfTheirChanges) {
  const LoadedCase loaded(GetParam());
  const Diagnosis diagnosis = diagnose(loaded.estate, loaded.request);
  for (const VerifiedFix& fix : find_fixes(loaded.estate, loaded.request, diagnosis)) {
    if (fix.changes().size() < 2) continue;
    for (std::size_t i = 0; i < fix.changes().size(); ++i) {
      Fix rest{fix.changes()};
      rest.changes.erase(rest.changes.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(VerifiedFix::try_out(loaded.estate, loaded.request, diagnosis.decision, rest))
          << fix.summary() << "\nwithout " << fix.changes()[i].summary;
    }
  }
}

int exit_status_of(const std::string& decision) {
  if (decision == "allowed") return 0;
  return decision == "denied" ? 3 : 5;
}

TEST_P(Conformance, IsAnsweredByTheCommandLine) {
  const TestFolder folder;
  for (const auto& [name, text] : GetParam().estate) folder.write("estate/" + name, text);
  folder.write("estate/README", "");  // An estate may be empty, its folder must exist.
  const auto answer = cli::answer_command_line(
      {"explain", "--estate", (folder.path() / "estate").string(), "--request",
       folder.write("request.json", GetParam().request), "--format", "json"});
  SourceTable sources;
  Diagnostics faults;
  const auto json = parse_json(sources, sources.add("answer", answer.out), faults);
  ASSERT_TRUE(json) << answer.out << answer.err;
  EXPECT_EQ(json->root().string_at("decision"), GetParam().decision);
  EXPECT_EQ(static_cast<int>(answer.status), exit_status_of(GetParam().decision));
  std::vector<std::string> causes;
  if (const auto list = json->root().find("causes")) {
    for (const JsonValue each : *list) causes.emplace_back(each.string_at("code"));
  }
  EXPECT_EQ(causes, GetParam().causes);
}

INSTANTIATE_TEST_SUITE_P(Cases, Conformance, testing::ValuesIn(all_cases().cases),
                         [](const auto& wanted) { return wanted.param.name; });

TEST(ConformanceCases, HaveNoFaults) {
  EXPECT_THAT(all_cases().faults, testing::IsEmpty());
}

TEST(ConformanceCases, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const CaseFile& each : all_cases().cases) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
  }
}

// ---- Every step of docs/evaluation.md has a case.

struct SkippedStep {
  const char* step;
  const char* reason;
};
constexpr std::array kSkippedSteps = {
    SkippedStep{"E7.2", "needs a file that cannot be read, and a case holds JSON"},
    SkippedStep{"E8.4", "needs an error text beside the request"},
    SkippedStep{"E9.3", "lists what is not modeled"},
};

// The numbers of the headings `### E1.1 ...`.
std::set<std::string> documented_steps() {
  std::ifstream in(repository_path("docs/evaluation.md"));
  std::set<std::string> steps;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("### E")) continue;
    steps.insert(line.substr(4, line.find(' ', 4) - 4));
  }
  return steps;
}

std::set<std::string> cited_steps() {
  std::set<std::string> steps;
  for (const CaseFile& each : all_cases().cases) {
    for (const std::string& cite : each.cites) {
      if (cite.size() > 1 && cite[0] == 'E' && cite[1] >= '0' && cite[1] <= '9') {
        steps.insert(cite);
      }
    }
  }
  return steps;
}

TEST(EvaluationSteps, AreEachCitedByACase) {
  const std::set<std::string> cited = cited_steps();
  std::set<std::string> missing;
  for (const std::string& step : documented_steps()) {
    const bool skipped = std::any_of(kSkippedSteps.begin(), kSkippedSteps.end(),
                                     [&](const SkippedStep& each) { return each.step == step; });
    EXPECT_FALSE(skipped && cited.contains(step)) << step << " is cited, and listed as skipped";
    if (!skipped && !cited.contains(step)) missing.insert(step);
  }
  EXPECT_THAT(missing, testing::IsEmpty());
}

TEST(EvaluationSteps, ThatCasesCiteAreDocumented) {
  const std::set<std::string> documented = documented_steps();
  ASSERT_FALSE(documented.empty());
  for (const std::string& step : cited_steps()) {
    EXPECT_TRUE(documented.contains(step)) << step;
  }
}

}  // namespace
}  // namespace rolecall
