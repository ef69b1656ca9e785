// SPDX-License-Identifier: Apache-2.0
#include "trust/neutral_reader.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "support/case_name.h"
#include "trust/neutral.h"

namespace rolecall {
namespace {

std::string request_case(std::string_view members) {
  return R"({"id":"x","request":{"action":"s3:GetObject","principal":"111122223333",)" +
         std::string(members) + "}}";
}
std::string policies_case(std::string_view members) {
  return R"({"id":"x","request":{"action":"s3:GetObject","principal":"anonymous"},)" +
         std::string(members) + "}";
}
std::string action_case(std::string_view action) {
  return R"({"id":"x","request":{"action":")" + std::string(action) + "\"}}";
}

struct InvalidCase {
  std::string_view name{};
  std::string text{};
  std::string_view error{};
};

void PrintTo(const InvalidCase& test, std::ostream* out) {
  *out << test.text;
}

class NeutralFaults : public testing::TestWithParam<InvalidCase> {};

TEST_P(NeutralFaults, AreNamedWithTheirPlace) {
  const NeutralResult result = decide_neutral(GetParam().text);
  EXPECT_EQ(neutral_decision_name(result.decision), "invalid");
  EXPECT_EQ(result.error, GetParam().error);
  EXPECT_EQ(result.id, "x");
}

constexpr std::string_view kAction =
    "line 1, column 31: `action` must name one action, as in `s3:GetObject`";

INSTANTIATE_TEST_SUITE_P(
    Table, NeutralFaults,
    testing::Values(
        InvalidCase{"action_without_service", action_case(":GetObject"), kAction},
        InvalidCase{"action_without_name", action_case("s3:"), kAction},
        InvalidCase{"action_with_space", action_case("s3:Get Object"), kAction},
        InvalidCase{"resource_is_a_number", request_case(R"("resource":5)"),
                    "line 1, column 84: `resource` must be a string, not a number"},
        InvalidCase{"context_is_text", request_case(R"("context":"x")"),
                    "line 1, column 83: `context` must be an object, not a string"},
        InvalidCase{"context_value_is_an_object", request_case(R"("context":{"a:b":{}})"),
                    "line 1, column 90: a value of `a:b` must be a string, number or boolean, not "
                    "an object"},
        InvalidCase{"context_key_twice", request_case(R"("context":{"a:b":"1","A:B":"2"})"),
                    "line 1, column 94: context key `A:B` is given twice, letter case aside"},
        InvalidCase{"policies_are_an_object", policies_case(R"("identity_policies":{})"),
                    "line 1, column 91: `identity_policies` must be an array, not an object"},
        InvalidCase{"policy_is_text", policies_case(R"("boundary":["x"])"),
                    "line 1, column 83: `boundary` must be an object, not a string"},
        InvalidCase{"entry_without_policy", policies_case(R"("boundary":[{"name":"p"}])"),
                    "line 1, column 83: `policy` is missing"},
        InvalidCase{"list_twice", policies_case(R"("boundary":[],"boundary":[])"),
                    "line 1, column 85: key `boundary` occurs twice in one object"},
        InvalidCase{"levels_are_an_object", policies_case(R"("scps":{})"),
                    "line 1, column 78: `scps` must be an array, not an object"},
        InvalidCase{"level_is_text", policies_case(R"("scps":["r-1"])"),
                    "line 1, column 79: `level` must be an object, not a string"}),
    case_name<InvalidCase>);

TEST(NeutralReader, TakesNullForMissing) {
  const NeutralParts plain{.policies = identity_policy(kAllowAll)};
  const std::string text = neutral_text(plain);
  const std::string_view request_end = R"("},"identity)";
  const auto with = [&](std::string_view request, std::string_view members) {
    std::string changed = text;
    changed.insert(changed.find(request_end) + 1, request);
    changed.insert(changed.size() - 1, members);
    return decide_neutral(changed).decision;
  };
  EXPECT_EQ(with("", ""), NeutralDecision::Allowed);
  EXPECT_EQ(with(R"(,"context":null,"principal_kind":null)", ""), NeutralDecision::Allowed);
  EXPECT_EQ(with("", R"(,"boundary":null,"session_policy":{},"rcps":null)"),
            NeutralDecision::Allowed);
  EXPECT_EQ(with("", R"(,"boundary":[{"name":"none","policy":null}])"), NeutralDecision::Allowed);
  EXPECT_EQ(with("", R"(,"rcps":[{"level":"r-1"},{"level":"ou-1","policies":null}])"),
            NeutralDecision::Allowed);
  // A level of SCPs without any allows nothing, however its list is missing.
  EXPECT_EQ(with("", R"(,"scps":[{"level":"r-1"}])"), NeutralDecision::ImplicitDeny);
  EXPECT_EQ(with("", R"(,"scps":[{"level":"r-1","policies":null}])"),
            NeutralDecision::ImplicitDeny);
}

TEST(NeutralReader, TakesDocumentsWithoutANameAround) {
  const NeutralParts parts{.policies = R"("identity_policies":[)" + neutral_policy(kAllowAll) +
                                       "," + neutral_policy(kDenyAll) + "]"};
  EXPECT_EQ(decision_of(parts), "explicit-deny");
}

TEST(NeutralReader, TakesNumbersAndBooleansForTheirText) {
  const auto where = [](std::string_view condition) {
    return decision_of({.context = R"({"s3:max-keys":10,"aws:MultiFactorAuthPresent":true,)"
                                   R"("aws:TagKeys":["a",5,false]})",
                        .policies = identity_policy(
                            R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)" +
                            std::string(condition) + "}")});
  };
  EXPECT_EQ(where(R"({"NumericEquals":{"s3:max-keys":"10"}})"), "allowed");
  EXPECT_EQ(where(R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"), "allowed");
  EXPECT_EQ(where(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","5","false"]}})"), "allowed");
  EXPECT_EQ(where(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","5"]}})"), "implicit-deny");
}

}  // namespace
}  // namespace rolecall
