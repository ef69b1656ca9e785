// SPDX-License-Identifier: Apache-2.0
#include "rolecall/trust/neutral_case.h"

#include <string>

#include <gtest/gtest.h>

#include "trust/service_rules.h"

namespace rolecall {
namespace {

NeutralResult decide(std::string text, const NeutralOptions& options = {}, std::uint64_t line = 1) {
  text.reserve(text.size() + SourceTable::kPadding);
  NeutralEvaluator evaluator(options);
  return evaluator.decide(text, line);
}

void expect_invalid(const std::string& text, std::string_view error) {
  const NeutralResult result = decide(text, {}, 7);
  EXPECT_EQ(neutral_decision_name(result.decision), "invalid") << text;
  EXPECT_EQ(result.error, error);
  EXPECT_EQ(result.deciding_gate, "");
}

constexpr const char* kRequest =
    R"("request": {"action": "s3:GetObject", "principal": "arn:aws:iam::111122223333:user/ana", )"
    R"("resource": "arn:aws:s3:::ledger/a", "resource_account": "111122223333"})";

std::string with_policy(const std::string& policy) {
  return std::string(R"({"id": "x", )") + kRequest +
         R"(, "identity_policies": [{"name": "p", "policy": )" + policy + "}]}";
}

TEST(NeutralCase, SaysWhereTheJsonIsBroken) {
  expect_invalid(R"({"id": "x",})", "line 7, column 12: a comma stands before the closing `}`");
  expect_invalid("nonsense", "line 7, column 1: `nonsense` is no JSON value");
  expect_invalid("{\"id\": \"\xFF\"}", "line 7, column 9: the text is not valid UTF-8");
  expect_invalid(R"({"id": "x", "id": "y"})",
                 "line 7, column 13: key `id` occurs twice in one object");
}

TEST(NeutralCase, SaysWhichMemberIsMissingOrMistyped) {
  expect_invalid("[]", "line 7, column 1: `a case` must be an object, not an array");
  expect_invalid("{}", "line 7, column 1: `id` is missing");
  expect_invalid(R"({"id": 5, "request": {}})",
                 "line 7, column 8: `id` must be a string, not a number");
  expect_invalid(R"({"id": "x"})", "line 7, column 1: `request` is missing");
}

TEST(NeutralCase, KeepsTheIdOfAnInvalidCase) {
  const NeutralResult result = decide(R"({"id": "x", "request": []})");
  EXPECT_TRUE(result.has_id);
  EXPECT_EQ(result.id, "x");
  EXPECT_FALSE(decide(R"({"id": )").has_id);
}

TEST(NeutralCase, LimitsDepthValuesAndContextKeys) {
  const auto error = [](const std::string& text, const JsonLimits& limits) {
    return decide(text, {.limits = limits}).error;
  };
  EXPECT_EQ(error(R"({"id": [[[]]]})", {.max_depth = 3}),
            "line 1, column 10: values are nested deeper than 3 levels");
  EXPECT_EQ(error(R"({"id": [1, 2, 3]})", {.max_values = 4}),
            "line 1, column 1: the document holds more than 4 values");
  EXPECT_EQ(error(R"({"id": "x"})", {.max_bytes = 4}),
            "line 1: the document is larger than the limit of 4 bytes");
  std::string context;
  for (int i = 0; i <= 4096; ++i) {
    context += (i > 0 ? ", \"k" : "\"k") + std::to_string(i) + "\": \"v\"";
  }
  const std::string text =
      R"({"id": "x", "request": {"action": "a:b", "principal": "anonymous", "context": {)" +
      context + "}}}";
  EXPECT_NE(error(text, {}).find("`context` has more than 4096 keys"), std::string::npos);
}

TEST(NeutralCase, IsStrictOnlyWhenAsked) {
  const std::string text = with_policy(
      R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}})");
  EXPECT_EQ(decide(text).decision, NeutralDecision::Allowed);
  const NeutralResult strict = decide(text, {.strict = true});
  EXPECT_EQ(strict.decision, NeutralDecision::Invalid);
  EXPECT_NE(strict.error.find("`Principal` does not belong into a"), std::string::npos);
}

TEST(NeutralCase, NamesTheKeysAnAnswerHangsOn) {
  const NeutralResult result =
      decide(with_policy(R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", )"
                         R"("Condition": {"StringLike": {"aws:userid": "AIDA*"}}}})"));
  EXPECT_EQ(result.decision, NeutralDecision::Conditional);
  EXPECT_EQ(result.reason, "the value of `aws:userid` is not known");
}

TEST(NeutralCase, SaysWhyAnAnswerIsUnknown) {
  EXPECT_EQ(decide(with_policy(R"({"Statement": {"Effect": "Allow", "Resource": "*"}})")).reason,
            "a policy cannot be understood");
}

TEST(NeutralCase, ForgetsTheCaseBefore) {
  NeutralEvaluator evaluator;
  std::string first = with_policy(R"({"Statement": [{"Effect": "Allow", "Action": "*", )"
                                  R"("Resource": "*", "Sid": "a\u0062"}]})");
  std::string second = std::string(R"({"id": "y", )") + kRequest + "}";
  first.reserve(first.size() + SourceTable::kPadding);
  second.reserve(second.size() + SourceTable::kPadding);
  EXPECT_EQ(evaluator.decide(first).decision, NeutralDecision::Allowed);
  EXPECT_EQ(evaluator.decide(second).decision, NeutralDecision::ImplicitDeny);
  EXPECT_EQ(evaluator.decide(second).id, "y");
}

TEST(ServiceRules, AreFoundByActionAndResource) {
  for (const ServiceRule& rule : service_rules()) {
    const std::string action(rule.action);
    std::string resource(rule.resource);
    EXPECT_NE(find_service_rule(rule.oddity, action, resource), nullptr) << action;
    EXPECT_EQ(find_service_rule(rule.oddity, "iam:GetRole", resource), nullptr) << action;
  }
  EXPECT_TRUE(supports_rcps("S3:GetObject"));
  EXPECT_FALSE(supports_rcps("s3x:GetObject"));
}

}  // namespace
}  // namespace rolecall
