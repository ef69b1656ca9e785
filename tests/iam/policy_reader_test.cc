// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "rolecall/base/json.h"
#include "rolecall/iam/policy.h"

#include "support/case_name.h"
#include "support/expect_diagnostic.h"
#include "support/parsed_policy.h"

namespace rolecall {
namespace {

using Code = DiagnosticCode;

// A document with one fault: what is said of it, and whether part of the policy was lost.
struct FaultCase {
  std::string_view name{};
  std::string_view text{};
  ExpectedDiagnostic expected{};
  bool faulty = true;
  PolicyKind kind = PolicyKind::Identity;
};

void PrintTo(const FaultCase& test, std::ostream* out) {
  *out << test.text;
}

class PolicyFault : public testing::TestWithParam<FaultCase> {};

TEST_P(PolicyFault, IsReportedAtItsPlace) {
  const FaultCase& test = GetParam();
  const ParsedPolicy policy(std::string(test.text), test.kind);
  ASSERT_TRUE(policy.policy.has_value());
  expect_only(policy.diagnostics, policy.sources, test.expected);
  EXPECT_EQ(policy->faulty, test.faulty);
}

constexpr auto kTrust = PolicyKind::Trust;
constexpr std::string_view kEmpty = R"({"Version":"2012-10-17"})";
constexpr std::string_view kBare = R"({"Effect":"Allow","Principal":"*"})";

INSTANTIATE_TEST_SUITE_P(
    Document, PolicyFault,
    testing::Values(
        FaultCase{"no_statement",
                  kEmpty,
                  {Code::MissingElement, "the policy has no `Statement`", kEmpty,
                   "add a `Statement` list"}},
        FaultCase{"statement_in_lower_case",
                  R"({"Statement":[],"statement":[]})",
                  {Code::UnknownElement, "unknown policy element `statement`", "\"statement\"",
                   "did you mean `Statement`?"}},
        FaultCase{"unknown_element",
                  R"({"Statement":[],"Comment":"x"})",
                  {Code::UnknownElement, "unknown policy element `Comment`", "\"Comment\""}},
        FaultCase{"unknown_version",
                  R"({"Version":"2012-10-18","Statement":[]})",
                  {Code::InvalidVersion, "unknown policy version `2012-10-18`", "\"2012-10-18\"",
                   "write \"2012-10-17\""}},
        FaultCase{"version_is_a_number",
                  R"({"Version":2012,"Statement":[]})",
                  {Code::WrongType, "`Version` must be a string, not a number", "2012"}},
        FaultCase{"statement_is_text",
                  R"({"Statement":"x"})",
                  {Code::WrongType, "a statement must be an object, not a string", "\"x\""}},
        FaultCase{"statement_in_list_is_null",
                  R"({"Statement":[null]})",
                  {Code::WrongType, "a statement must be an object, not null", "null"}},
        FaultCase{"repeated_key",
                  R"({"Statement":[],"Statement":[]})",
                  {Code::DuplicateKey, "key `Statement` occurs twice in one object",
                   "\"Statement\"", "keep one of the two"}}),
    case_name<FaultCase>);

INSTANTIATE_TEST_SUITE_P(
    Element, PolicyFault,
    testing::Values(
        FaultCase{"no_effect",
                  R"({"Statement":{"Action":"*","Resource":"*"}})",
                  {Code::MissingElement, "the statement has no `Effect`",
                   R"({"Action":"*","Resource":"*"})", "add \"Effect\": \"Allow\" or \"Deny\""}},
        FaultCase{"effect_in_lower_case",
                  R"({"Statement":{"Effect":"allow","Action":"*","Resource":"*"}})",
                  {Code::InvalidEffect, "`Effect` is `allow`, not `Allow` or `Deny`", "\"allow\"",
                   "did you mean `Allow`?"}},
        FaultCase{"misspelt_element",
                  R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Acton":"*"}})",
                  {Code::UnknownElement, "unknown policy element `Acton`", "\"Acton\"",
                   "did you mean `Action`?"}},
        FaultCase{"escaped_misspelt_element",
                  R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","\u0041cton":1}})",
                  {Code::UnknownElement, "unknown policy element `Acton`", R"("\u0041cton")",
                   "did you mean `Action`?"}},
        FaultCase{
            "both_actions",
            R"({"Statement":{"Effect":"Deny","Action":"a:b","NotAction":"*","Resource":"*"}})",
            {Code::ExclusiveElements, "a statement has `Action` or `NotAction`, not both",
             R"("NotAction":"*")", "split the statement into two"}},
        FaultCase{"no_action",
                  R"({"Statement":{"Effect":"Allow","Principal":"*"}})",
                  {Code::MissingElement, "the statement has no `Action`", kBare, "add \"Action\""},
                  true,
                  kTrust},
        FaultCase{"no_principal",
                  R"({"Statement":{"Effect":"Allow","Action":"*"}})",
                  {Code::MissingElement, "the statement has no `Principal` and matches nobody",
                   R"({"Effect":"Allow","Action":"*"})", "add \"Principal\""},
                  false,
                  kTrust},
        FaultCase{"no_resource",
                  R"({"Statement":{"Effect":"Allow","Action":"*"}})",
                  {Code::MissingElement, "the statement has no `Resource` and matches nothing",
                   R"({"Effect":"Allow","Action":"*"})", "add \"Resource\""},
                  false},
        FaultCase{"resource_in_trust",
                  R"({"Statement":{"Effect":"Allow","Action":"*","Principal":"*","Resource":"*"}})",
                  {Code::ElementNotAllowed, "`Resource` does not belong into a role trust policy",
                   R"("Resource":"*")", "remove it"},
                  false,
                  kTrust},
        FaultCase{
            "principal_in_scp",
            R"({"Statement":{"Effect":"Deny","Action":"*","Principal":"*","Resource":"*"}})",
            {Code::ElementNotAllowed, "`Principal` does not belong into a service control policy",
             R"("Principal":"*")", "remove it"},
            false,
            PolicyKind::ServiceControl},
        FaultCase{"number_among_actions",
                  R"({"Statement":{"Effect":"Deny","Action":["a:b",7],"Resource":"*"}})",
                  {Code::WrongType, "`Action` must be a string, not a number", "7"}},
        FaultCase{"empty_actions",
                  R"({"Statement":{"Effect":"Deny","Action":[ ],"Resource":"*"}})",
                  {Code::EmptyList, "`Action` is an empty list and matches nothing", "[ ]",
                   "add a value or remove the statement", Severity::Warning},
                  false}),
    case_name<FaultCase>);

INSTANTIATE_TEST_SUITE_P(
    Principal, PolicyFault,
    testing::Values(
        FaultCase{"principal_without_members",
                  R"({"Statement":{"Effect":"Allow","Principal":{},"Action":"sts:AssumeRole"}})",
                  {Code::EmptyList, "`Principal` is empty and matches nobody", "{}",
                   "name who is meant or remove the statement", Severity::Warning},
                  false,
                  kTrust},
        FaultCase{"principal_is_an_arn",
                  R"({"Statement":{"Effect":"Allow","Action":"*","Principal":"111122223333"}})",
                  {Code::InvalidPrincipal,
                   "`Principal` is the string `111122223333`; only \"*\" may stand alone",
                   "\"111122223333\"",
                   "write { \"AWS\": ... }, { \"Service\": ... } or { \"Federated\": ... }"},
                  true,
                  kTrust},
        FaultCase{
            "principal_is_a_list",
            R"({"Statement":{"Effect":"Allow","Action":"*","Principal":["*"]}})",
            {Code::WrongType, "`Principal` must be an object or \"*\", not an array", "[\"*\"]"},
            true,
            kTrust},
        FaultCase{"principal_type_in_lower_case",
                  R"({"Statement":{"Effect":"Allow","Action":"*","Principal":{"aws":"*"}}})",
                  {Code::InvalidPrincipal, "unknown principal type `aws`", "\"aws\"",
                   "did you mean `AWS`?"},
                  true,
                  kTrust}),
    case_name<FaultCase>);

INSTANTIATE_TEST_SUITE_P(
    Condition, PolicyFault,
    testing::Values(
        FaultCase{"condition_is_a_list",
                  R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":[]}})",
                  {Code::WrongType, "`Condition` must be an object, not an array", "[]",
                   "write { \"StringEquals\": { \"key\": \"value\" } }"}},
        FaultCase{"operator_without_keys",
                  R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
                      "Condition":{"Bool":"true"}}})",
                  {Code::WrongType, "`Bool` must hold an object of keys and values, not a string",
                   "\"true\""}},
        FaultCase{"unknown_operator",
                  R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
                      "Condition":{"StringEqual":{"a:b":"c"}}}})",
                  {Code::UnknownOperator, "unknown condition operator `StringEqual`",
                   "\"StringEqual\"", "did you mean `StringEquals`?"},
                  false},
        FaultCase{"object_as_value",
                  R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
                      "Condition":{"Bool":{"a:b":{}}}}})",
                  {Code::WrongType,
                   "a condition value must be a string, number or boolean, not an object", "{}"}}),
    case_name<FaultCase>);

TEST(PolicyReader, ReadsAStatementThatStandsAlone) {
  const ParsedPolicy policy(R"({"Statement":{"Sid":"s","Effect":"Allow","Action":"a:b",
                                "Resource":["x","y"]}})");
  expect_none(policy.diagnostics, policy.sources);
  ASSERT_EQ(policy->statements.size(), 1U);
  EXPECT_EQ(policy.statement().sid.value, "s");
  EXPECT_EQ(policy.statement().effect, Effect::Allow);
  EXPECT_EQ(policy.statement().resource.items.size(), 2U);
  EXPECT_EQ(policy.sources.text(policy.statement().action.at), R"("Action":"a:b")");
  EXPECT_FALSE(policy->faulty);
}

TEST(PolicyReader, HasVariablesInTheNewVersionOnly) {
  EXPECT_TRUE(ParsedPolicy(R"({"Version":"2012-10-17","Statement":[]})")->variables);
  EXPECT_FALSE(ParsedPolicy(R"({"Version":"2008-10-17","Statement":[]})")->variables);
  EXPECT_FALSE(ParsedPolicy(R"({"Statement":[]})")->variables);
}

TEST(PolicyReader, NumbersStatementsByTheirPlaceEvenBesideFaults) {
  const ParsedPolicy policy(R"({"Statement":[7,{"Effect":"Allow","Action":"*","Resource":"*"}]})");
  EXPECT_TRUE(policy->faulty);
  ASSERT_FALSE(policy->statements.empty());
  EXPECT_EQ(policy->statements.back().index, 1U);
  EXPECT_EQ(policy->statements.back().effect, Effect::Allow);
}

TEST(PolicyReader, KeepsConditionValuesAsTheyAreWritten) {
  const ParsedPolicy policy(policy_text(
      R"({"Effect":"Deny","Action":"*","Resource":"*","Condition":{
          "NumericLessThanIfExists":{"AWS:MultiFactorAuthAge":[3600,1.50]},
          "Bool":{"aws:SecureTransport":false}}})"));
  expect_none(policy.diagnostics, policy.sources);
  const auto& conditions = policy.statement().conditions;
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_TRUE(conditions[0].if_exists);
  EXPECT_EQ(conditions[0].key.value, "AWS:MultiFactorAuthAge");
  EXPECT_EQ(conditions[0].key_hash, hash_ignore_case("aws:multifactorauthage"));
  ASSERT_EQ(conditions[0].values.size(), 2U);
  EXPECT_EQ(conditions[0].values[1].value, "1.50");
  EXPECT_EQ(conditions[1].values[0].value, "false");
  EXPECT_EQ(policy.sources.text(conditions[1].at), R"("aws:SecureTransport":false)");
}

TEST(PolicyReader, ReportsEveryFaultInOneRun) {
  const ParsedPolicy policy(
      R"({"Version":"x","Statement":[{"Effect":"x","Action":1},{"Efect":"Allow"}]})");
  EXPECT_GE(policy.diagnostics.error_count(), 7U) << policy.said();
}

TEST(PolicyReader, RefusesWhatIsNoObject) {
  for (const std::string_view text : {"[]", "\"x\"", "7", "null"}) {
    const ParsedPolicy policy{std::string(text)};
    EXPECT_FALSE(policy.policy.has_value()) << text;
    EXPECT_EQ(policy.diagnostics.error_count(), 1U) << text;
  }
}

TEST(PolicyReader, ReadsAHundredThousandActions) {
  std::string text = R"({"Statement":{"Effect":"Allow","Resource":"*","Action":["a:b")";
  for (int i = 1; i < 100'000; ++i) text += ",\"a:b\"";
  const ParsedPolicy policy(text + "]}}");
  EXPECT_EQ(policy.statement().action.items.size(), 100'000U);
}

struct MistypedCase {
  std::string_view name{};
  std::string_view text{};
  std::string_view message{};
  std::size_t actions = 1;  // That are read all the same.
};

void PrintTo(const MistypedCase& test, std::ostream* out) {
  *out << test.text;
}

class MistypedElement : public testing::TestWithParam<MistypedCase> {};

TEST_P(MistypedElement, MakesThePolicyFaultyAndIsLeftOut) {
  const ParsedPolicy policy{std::string(GetParam().text)};
  ASSERT_TRUE(policy.policy.has_value());
  EXPECT_TRUE(policy->faulty);
  EXPECT_EQ(policy.diagnostics.all().at(0).message, GetParam().message) << policy.said();
  EXPECT_EQ(policy->id.value, "");
  for (const Statement& each : policy->statements) {
    EXPECT_EQ(each.sid.value, "");
    EXPECT_EQ(each.effect, Effect::Allow);
    EXPECT_EQ(each.action.items.size(), GetParam().actions);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, MistypedElement,
    testing::Values(
        MistypedCase{"id", R"({"Id":5,"Statement":[]})", "`Id` must be a string, not a number"},
        MistypedCase{"sid",
                     R"({"Statement":{"Sid":[],"Effect":"Allow","Action":"a:b","Resource":"*"}})",
                     "`Sid` must be a string, not an array"},
        MistypedCase{"effect", R"({"Statement":{"Effect":true,"Action":"a:b","Resource":"*"}})",
                     "`Effect` must be a string, not a boolean"},
        MistypedCase{"action", R"({"Statement":{"Effect":"Allow","Action":5,"Resource":"*"}})",
                     "`Action` must be a string, not a number", 0},
        MistypedCase{"one_action",
                     R"({"Statement":{"Effect":"Allow","Action":["a:b",{}],"Resource":"*"}})",
                     "`Action` must be a string, not an object"},
        MistypedCase{"resource", R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":{}}})",
                     "`Resource` must be a string, not an object"},
        MistypedCase{"negated_first",
                     R"({"Statement":{"Effect":"Allow","NotAction":"a:c","Action":"a:b",
                                      "Resource":"*"}})",
                     "a statement has `Action` or `NotAction`, not both", 2},
        MistypedCase{"negated_last",
                     R"({"Statement":{"Effect":"Allow","Action":"a:c","NotAction":[],
                                      "Resource":"*"}})",
                     "a statement has `Action` or `NotAction`, not both"}),
    case_name<MistypedCase>);

TEST(PolicyReader, RefusesADocumentInADocumentThatIsNoObject) {
  SourceTable sources;
  Diagnostics diagnostics;
  const auto json =
      parse_json(sources, sources.add("request.json", R"([["Statement"]])"), diagnostics);
  ASSERT_TRUE(json.has_value());
  const Policy policy = read_policy(*json->root().begin(), PolicyKind::Session, diagnostics);
  EXPECT_TRUE(policy.faulty);
  EXPECT_TRUE(policy.statements.empty());
  expect_only(
      diagnostics, sources,
      {DiagnosticCode::WrongType, "a policy must be an object, not an array", R"(["Statement"])"});
}

}  // namespace
}  // namespace rolecall
