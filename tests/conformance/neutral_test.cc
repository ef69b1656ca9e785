// SPDX-License-Identifier: Apache-2.0
// The cases of tests/conformance/neutral, decided by the library and by the command line.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rolecall/report/simulate_report.h"

#include "support/paths.h"
#include "support/program.h"

namespace rolecall {
namespace {

struct NeutralFile {
  std::string path{};
  std::vector<std::string> lines{};
};

std::vector<std::string> lines_of(std::istream& in) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

const std::vector<NeutralFile>& all_files() {
  static const std::vector<NeutralFile> kAll = [] {
    std::vector<NeutralFile> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(repository_path("tests/conformance/neutral"))) {
      std::ifstream in(entry.path());
      files.push_back({entry.path().string(), lines_of(in)});
    }
    std::sort(files.begin(), files.end(),
              [](const NeutralFile& a, const NeutralFile& b) { return a.path < b.path; });
    return files;
  }();
  return kAll;
}

// What a case or a result says, to be compared.
struct Answer {
  std::string id{};
  std::string decision{};
  std::string gate{};
  friend bool operator==(const Answer&, const Answer&) = default;
};
void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.id << ": " << answer.decision << " by " << answer.gate;
}

Answer read_answer(std::string_view id, const JsonValue& value) {
  return {std::string(id), std::string(value.string_at("decision")),
          std::string(value.string_at("deciding_gate"))};
}

Answer parse_answer(const std::string& line, bool expected) {
  SourceTable sources;
  Diagnostics faults;
  const auto json = parse_json(sources, sources.add("line", line), faults);
  if (!json || faults.error_count() > 0) return {"no JSON: " + line, {}, {}};
  const std::string_view id = json->root().string_at("id");
  if (!expected) return read_answer(id, json->root());
  const auto expect = json->root().find("expect");
  const auto cites = json->root().find("cites");
  if (!expect || !cites || cites->size() == 0) return {"nothing expected: " + line, {}, {}};
  return read_answer(id, *expect);
}

std::vector<Answer> expected_answers(const NeutralFile& file) {
  std::vector<Answer> answers;
  for (const std::string& line : file.lines) answers.push_back(parse_answer(line, true));
  return answers;
}

TEST(NeutralCases, AreDecidedAsTheRulesSay) {
  NeutralEvaluator evaluator;
  for (const NeutralFile& file : all_files()) {
    for (const std::string& line : file.lines) {
      std::string padded = line;
      padded.reserve(line.size() + SourceTable::kPadding);
      JsonWriter out(0);
      write_neutral_result(out, evaluator.decide(padded));
      EXPECT_EQ(parse_answer(out.text(), false), parse_answer(line, true)) << out.text();
    }
  }
}

TEST(NeutralCases, AreDecidedAlikeWithTrace) {
  NeutralEvaluator evaluator({.trace = true});
  int traced = 0;
  for (const NeutralFile& file : all_files()) {
    for (const std::string& line : file.lines) {
      std::string padded = line;
      padded.reserve(line.size() + SourceTable::kPadding);
      JsonWriter out(0);
      const NeutralResult& result = evaluator.decide(padded);
      write_neutral_result(out, result);
      EXPECT_EQ(parse_answer(out.text(), false), parse_answer(line, true)) << out.text();
      traced += result.gates.empty() ? 0 : 1;
      if (result.decision != NeutralDecision::Invalid) continue;
      EXPECT_TRUE(result.gates.empty()) << out.text();
    }
  }
  EXPECT_GT(traced, 100);
}

TEST(NeutralCases, AreAnsweredByTheCommandLineInOrder) {
  for (const NeutralFile& file : all_files()) {
    const TestFolder folder;
    const ProgramResult answer =
        run_program({"simulate", "--cases", file.path, "--jobs", "2"}, folder);
    EXPECT_EQ(answer.status, 0) << answer.err;
    std::istringstream out(answer.out);
    std::vector<Answer> answers;
    for (const std::string& line : lines_of(out)) answers.push_back(parse_answer(line, false));
    EXPECT_EQ(answers, expected_answers(file));
  }
}

TEST(NeutralCases, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const NeutralFile& file : all_files()) {
    for (const Answer& each : expected_answers(file)) {
      EXPECT_TRUE(names.insert(each.id).second) << each.id;
    }
  }
  EXPECT_GE(names.size(), 60U);
}

}  // namespace
}  // namespace rolecall
