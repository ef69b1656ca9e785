// SPDX-License-Identifier: Apache-2.0
// Every conformance case with its account ids, names and tags replaced: the answer is the same, and
// none of them is left.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "rolecall/diagnose/diagnosis.h"

#include "live/estate_redactor.h"
#include "support/case_file.h"
#include "support/paths.h"

namespace rolecall {
namespace {

struct Redacted {
  explicit Redacted(const CaseFile& original) : whole(original) {
    EstateRedactor redactor(/*seed=*/1);
    for (const auto& [name, text] : original.estate) redactor.learn(text);
    redactor.learn(original.request);
    for (auto& [name, text] : whole.estate) {
      text = redactor.redact(text).value_or("");
      name = redactor.redact_file_name(name);
    }
    whole.request = redactor.redact(original.request).value_or("");
  }

  CaseFile whole;
};

std::string answer_to(const CaseFile& asked) {
  const LoadedCase loaded(asked);
  const Diagnosis diagnosis = diagnose(loaded.estate, loaded.request);
  std::string answer(decision_name(diagnosis.decision.decision));
  for (int i = 0; i < kGateCount; ++i) {
    answer += ' ';
    answer += verdict_name(diagnosis.decision.at(static_cast<Gate>(i)).verdict);
  }
  for (const Cause& each : diagnosis.causes) {
    answer += '\n';
    answer += each.code;
  }
  return answer;
}

bool has_word(const std::string& text, const std::string& word) {
  const auto is_edge = [&](std::size_t at) {
    return at >= text.size() || std::isalnum(static_cast<unsigned char>(text[at])) == 0;
  };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    if ((at == 0 || is_edge(at - 1)) && is_edge(at + word.size())) return true;
  }
  return false;
}

// Accounts, and names that are no words of AWS.
std::set<std::string> secrets_of(const CaseFile& original) {
  const LoadedCase loaded(original);
  std::set<std::string> secrets;
  const auto add = [&](std::string_view name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c > ' '; });
    if (plain && name.size() > 3 && !name.starts_with("AWS") &&
        name.find("AccessRole") == name.npos) {
      secrets.emplace(name);
    }
  };
  for (const auto& [id, account] : loaded.estate.accounts()) {
    secrets.emplace(id);
    for (const User& each : account.users) add(each.name);
    for (const Role& each : account.roles) add(each.name);
  }
  for (const auto& [key, value] : loaded.request.tags) add(value);
  if (const auto* ids = loaded.request.context_values("sts:ExternalId")) {
    for (const std::string& each : *ids) add(each);
  }
  return secrets;
}

// Two tags that make one name, and types of principals that are part of one: `explain --redact`
// notices that the answer would be another one, and saves nothing.
constexpr auto kOthers = std::to_array<std::string_view>(
    {"principal_type_of_a_session_as_a_variable", "principal_type_of_a_user_as_a_variable",
     "two_variables_in_one_resource"});

TEST(Redaction, AnswersEveryCaseAlikeAndLeavesNoName) {
  const CaseFiles all = load_cases(repository_path("tests/conformance"));
  ASSERT_GT(all.cases.size(), 100U);
  for (const CaseFile& each : all.cases) {
    const Redacted redacted(each);
    const bool other = std::find(kOthers.begin(), kOthers.end(), each.name) != kOthers.end();
    EXPECT_EQ(answer_to(redacted.whole) != answer_to(each), other) << each.name;
    std::string text = redacted.whole.request;
    for (const auto& [name, file] : redacted.whole.estate) text += name + file;
    for (const std::string& secret : secrets_of(each)) {
      EXPECT_FALSE(has_word(text, secret)) << each.name << ": " << secret;
    }
  }
}

}  // namespace
}  // namespace rolecall
