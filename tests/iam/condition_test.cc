// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/condition.h"

#include <ostream>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(ConditionOperators, AreThoseOfTheDocumentation) {
  const std::set<std::string_view> documented = {"StringEquals",
                                                 "StringNotEquals",
                                                 "StringEqualsIgnoreCase",
                                                 "StringNotEqualsIgnoreCase",
                                                 "StringLike",
                                                 "StringNotLike",
                                                 "NumericEquals",
                                                 "NumericNotEquals",
                                                 "NumericLessThan",
                                                 "NumericLessThanEquals",
                                                 "NumericGreaterThan",
                                                 "NumericGreaterThanEquals",
                                                 "DateEquals",
                                                 "DateNotEquals",
                                                 "DateLessThan",
                                                 "DateLessThanEquals",
                                                 "DateGreaterThan",
                                                 "DateGreaterThanEquals",
                                                 "Bool",
                                                 "BinaryEquals",
                                                 "IpAddress",
                                                 "NotIpAddress",
                                                 "ArnEquals",
                                                 "ArnLike",
                                                 "ArnNotEquals",
                                                 "ArnNotLike",
                                                 "Null"};
  std::set<std::string_view> listed;
  for (const ConditionOperator& row : condition_operators()) {
    EXPECT_TRUE(listed.insert(row.name).second) << row.name << " stands twice";
  }
  EXPECT_EQ(listed, documented);
}

TEST(ConditionOperators, AreNegatedWhereTheirNameSaysNot) {
  for (const ConditionOperator& row : condition_operators()) {
    EXPECT_EQ(row.negated, row.name.find("Not") != std::string_view::npos) << row.name;
  }
}

TEST(ConditionOperators, HaveWildcardsOnlyInPatternsOfTextAndArns) {
  for (const ConditionOperator& row : condition_operators()) {
    const bool pattern = row.name.ends_with("Like") || row.name.starts_with("Arn");
    EXPECT_EQ(row.wildcards, pattern) << row.name;
  }
}

TEST(ConditionOperators, HaveVariablesInTextArnAndBooleanValues) {
  for (const ConditionOperator& row : condition_operators()) {
    const bool variables = row.name.starts_with("String") || row.name.starts_with("Arn") ||
                           row.family == OperatorFamily::Bool;
    EXPECT_EQ(row.variables, variables) << row.name;
  }
}

TEST(ConditionOperators, AreFoundByTheirExactName) {
  for (const ConditionOperator& row : condition_operators()) {
    EXPECT_EQ(find_condition_operator(row.name), &row);
  }
  EXPECT_EQ(find_condition_operator("stringequals"), nullptr);
  EXPECT_EQ(find_condition_operator("StringEqualsIfExists"), nullptr);
  EXPECT_EQ(find_condition_operator(""), nullptr);
}

TEST(OperatorName, IsSplitIntoQualifierOperatorAndIfExists) {
  for (const ConditionOperator& row : condition_operators()) {
    for (const bool exists : {false, true}) {
      const std::string name = std::string(row.name) + (exists ? "IfExists" : "");
      Condition plain;
      parse_operator_name(name, plain);
      EXPECT_EQ(plain.operation, &row) << name;
      EXPECT_EQ(plain.if_exists, exists) << name;
      EXPECT_EQ(plain.qualifier, Qualifier::None) << name;
      Condition all;
      parse_operator_name("ForAllValues:" + name, all);
      EXPECT_EQ(all.operation, &row) << name;
      EXPECT_EQ(all.if_exists, exists) << name;
      EXPECT_EQ(all.qualifier, Qualifier::ForAllValues) << name;
      Condition any;
      parse_operator_name("ForAnyValue:" + name, any);
      EXPECT_EQ(any.operation, &row) << name;
      EXPECT_EQ(any.qualifier, Qualifier::ForAnyValue) << name;
    }
  }
}

TEST(OperatorName, IsUnknownInAnyOtherSpelling) {
  for (const std::string_view name :
       {"forAllValues:StringEquals", "ForAllValues: StringEquals", "ForAllValues:ForAnyValue:Bool",
        "StringEqualsifexists", "StringEquals ", "Ifexists", "ForAnyValue:", ":"}) {
    Condition condition;
    parse_operator_name(name, condition);
    EXPECT_EQ(condition.operation, nullptr) << name;
  }
}

}  // namespace
}  // namespace rolecall
