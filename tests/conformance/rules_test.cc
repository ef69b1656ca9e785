// SPDX-License-Identifier: Apache-2.0
// docs/rules.md lists every rule with what holds it: cases that cite it, unit tests, or the reason
// why there is none.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/case_file.h"
#include "support/paths.h"

namespace rolecall {
namespace {

struct Rule {
  std::string id{};
  std::string clause{};
  std::vector<std::string> cases{};  // Names in backticks.
  std::vector<std::string> files{};  // `tests/...` in backticks, with a word to find in it.
  std::string reason{};              // Everything else of the column.
};

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

// Cuts `| a | b | c |` into its cells.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  for (std::size_t begin = 1; begin < line.size();) {
    const std::size_t end = std::min(line.find(" |", begin), line.size());
    all.push_back(trimmed(std::string_view(line).substr(begin, end - begin)));
    begin = end + 2;
  }
  return all;
}

Rule read_rule(const std::vector<std::string>& row) {
  Rule rule{row[0], row[1], {}, {}, {}};
  std::string_view rest = row[2];
  while (!rest.empty()) {
    const std::size_t begin = std::min(rest.find('`'), rest.size());
    rule.reason += rest.substr(0, begin);
    const std::size_t end = rest.find('`', begin + 1);
    if (end == std::string_view::npos) break;
    const std::string name(rest.substr(begin + 1, end - begin - 1));
    (name.starts_with("tests/") ? rule.files : rule.cases).push_back(name);
    rest.remove_prefix(end + 1);
  }
  std::erase_if(rule.reason, [](char c) { return c == ',' || c == ' '; });
  return rule;
}

std::vector<Rule> all_rules() {
  std::ifstream in(repository_path("docs/rules.md"));
  std::vector<Rule> rules;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| ") || line.starts_with("| rule |")) continue;
    const auto row = cells(line);
    EXPECT_EQ(row.size(), 3U) << line;
    if (row.size() == 3) rules.push_back(read_rule(row));
  }
  return rules;
}

const std::vector<CaseFile>& all_cases() {
  static const CaseFiles kAll = load_cases(repository_path("tests/conformance"));
  return kAll.cases;
}

TEST(Rules, AreEachListedOnce) {
  std::set<std::string> ids;
  for (const Rule& rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.clause.empty()) << rule.id;
  }
  EXPECT_GT(ids.size(), 400U);
}

TEST(Rules, AreEachHeldByACaseATestOrAReason) {
  for (const Rule& rule : all_rules()) {
    EXPECT_FALSE(rule.cases.empty() && rule.files.empty() && rule.reason.empty()) << rule.id;
  }
}

TEST(Rules, NameCasesThatCiteThem) {
  std::map<std::string, const CaseFile*> cases;
  for (const CaseFile& each : all_cases()) cases[each.name] = &each;
  for (const Rule& rule : all_rules()) {
    for (const std::string& name : rule.cases) {
      ASSERT_TRUE(cases.contains(name)) << rule.id << ": there is no case " << name;
      const auto& cites = cases[name]->cites;
      EXPECT_NE(std::find(cites.begin(), cites.end(), rule.id), cites.end())
          << name << " does not cite " << rule.id;
    }
  }
}

TEST(Rules, NameTestsThatExist) {
  for (const Rule& rule : all_rules()) {
    for (const std::string& file : rule.files) {
      const std::string path = file.substr(0, file.find(' '));
      const std::string word =
          file.find(' ') == std::string::npos ? "TEST" : file.substr(path.size() + 1);
      std::ifstream in(repository_path(path));
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      EXPECT_NE(text.find(word), std::string::npos) << rule.id << ": " << file;
    }
  }
}

// A cite with a digit is a step (E5.3) or a rule; pages of AWS's documentation have none.
TEST(Rules, ThatCasesCiteAreListed) {
  std::set<std::string> ids;
  for (const Rule& rule : all_rules()) ids.insert(rule.id);
  std::set<std::string> cited;
  for (const CaseFile& each : all_cases()) {
    for (const std::string& cite : each.cites) {
      const bool numbered = std::any_of(cite.begin(), cite.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
      const bool step = cite[0] == 'E' && std::isdigit(static_cast<unsigned char>(cite[1])) != 0;
      if (!numbered || step) continue;
      EXPECT_TRUE(ids.contains(cite)) << each.name << " cites " << cite;
      cited.insert(cite);
    }
    for (const std::string& note : each.notes) EXPECT_TRUE(ids.contains(note)) << note;
  }
  // A rule that is cited names at least one of its cases.
  for (const Rule& rule : all_rules()) {
    EXPECT_EQ(cited.contains(rule.id), !rule.cases.empty()) << rule.id;
  }
}

}  // namespace
}  // namespace rolecall
