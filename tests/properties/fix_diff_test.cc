// SPDX-License-Identifier: Apache-2.0
// The printed diff of a fix, applied to files of many hands, changes nothing that it need not.
#include <array>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/report/fix_forms.h"

#include "support/apply_diff.h"
#include "support/json_tree.h"
#include "trust/asking.h"

namespace rolecall {
namespace {

// Trust policies that lack the caller, and nothing else.
constexpr auto kTrusts = std::to_array<std::string_view>({
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":["sts:AssumeRole"]}]})",
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann","arn:aws:iam::444455556666:user/eve"]},"Action":"sts:AssumeRole"}]})",
    R"({"Statement":{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann"]},"Action":"sts:AssumeRole"},"Version":"2012-10-17"})",
    R"({"Version":"2012-10-17","Id":"caf\u00e9","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]})",
    R"({"Version":"2012-10-17","Statement":[{"Sid":"\u0041\/B","Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]},"Action":"sts:AssumeRole"}]})",
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann"]},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:RoleSessionName":["run-*","job-*"]}}}]})",
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann"]},"Action":["sts:AssumeRole","sts:TagSession"]}]})",
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::444455556666:user/eve"},"Action":"sts:*"},{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann"]},"Action":"sts:AssumeRole"}]})",
    R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["444455556666"]},"Action":["sts:AssumeRole"],"Condition":{"NumericLessThan":{"sts:DurationSeconds":3.60e3}}}]})",
    R"({"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Principal":{"AWS":["444455556666"],"Service":[]},"Effect":"Allow","Condition":{}}]})",
    R"({"Version":"2012-10-17","Statement":[]})",
});

tree::Tree tree_of(std::string_view text) {
  auto parsed = tree::parse(text);
  if (!parsed) throw std::runtime_error("no JSON: " + std::string(text));
  return *std::move(parsed);
}

// Whether every byte of `before` is still there, in order.
bool only_adds(std::string_view before, std::string_view after) {
  for (const char c : after) {
    if (!before.empty() && before[0] == c) before.remove_prefix(1);
  }
  return before.empty();
}

std::string without_comments(const std::string& form) {
  std::string diff;
  for (const std::string& line : lines_of(form)) {
    if (!line.starts_with("# ")) diff += line;
  }
  return diff;
}

// The edits as edits of the export that holds the document.
std::vector<JsonEdit> in_export(const FixChange& change) {
  std::vector<JsonEdit> edits = change.edits;
  for (JsonEdit& each : edits) {
    each.pointer = "/RoleDetailList/0/AssumeRolePolicyDocument" + each.pointer;
  }
  return edits;
}

void expect_nothing_else_changed(const std::string& text) {
  Asking asking;
  asking.add("111122223333.gaad.json", caller_export())
      .add("444455556666.gaad.json", text)
      .ask_for(kCiSession, R"("session_name":"run-1","duration_seconds":900)");
  const Diagnosis diagnosis = diagnose(asking.estate, asking.request);
  const auto fixes = find_fixes(asking.estate, asking.request, diagnosis);
  ASSERT_FALSE(fixes.empty()) << text;
  const ExplainAnswer answer{asking.estate, asking.request, diagnosis, asking.diagnostics};
  const std::string diff = without_comments(write_fix_form(answer, {}, fixes[0], FixForm::Diff));
  const auto after = patched(text, diff);
  ASSERT_TRUE(after.has_value()) << text << "\n" << diff;
  EXPECT_TRUE(only_adds(text, *after)) << diff;
  tree::Tree wanted = tree_of(text);
  ASSERT_TRUE(tree::apply(wanted, in_export(fixes[0].changes()[0])));
  EXPECT_EQ(tree_of(*after), wanted) << diff;
}

TEST(FixDiff, ChangesNoOtherByteOfTwoHundredDocuments) {
  std::set<std::string> texts;
  for (const std::string_view trust : kTrusts) {
    const tree::Tree document = tree_of(role_export(kDeploy, trust));
    for (const tree::Style& style : tree::document_styles()) {
      texts.insert(tree::print(document, style));
    }
  }
  EXPECT_GE(texts.size(), 200U);
  for (const std::string& text : texts) expect_nothing_else_changed(text);
}

}  // namespace
}  // namespace rolecall
