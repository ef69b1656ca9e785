// SPDX-License-Identifier: Apache-2.0
#include "rolecall/iam/policy.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/parsed_policy.h"

namespace rolecall {
namespace {

TEST(MovedPolicy, HasItsPlacesWhereItWasMovedAndIsTheSame) {
  SourceTable sources;
  Diagnostics diagnostics;
  const std::string text = R"({"Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"}]})";
  const auto policy =
      parse_policy(sources, sources.add("a", text), PolicyKind::Identity, diagnostics);
  ASSERT_TRUE(policy);
  const Policy moved = moved_policy(*policy, {7, 100, 100 + policy->at.end});
  EXPECT_EQ(moved.at, (Span{7, 100, 100 + policy->at.end}));
  const Text before = policy->statements.at(0).action.items.at(0);
  const Text after = moved.statements.at(0).action.items.at(0);
  EXPECT_EQ(after.value, before.value);
  EXPECT_EQ(after.at, (Span{7, before.at.begin + 100, before.at.end + 100}));
  EXPECT_FALSE(moved.statements.at(0).sid.at.known());
  EXPECT_EQ(format_policy(moved), format_policy(*policy));
  EXPECT_EQ(moved_policy(moved, policy->at).at, policy->at);  // Backward too.
}

TEST(FormatPolicy, WritesWhatWasRead) {
  const std::string text = R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Deny",
      "NotPrincipal": {
        "AWS": [
          "111122223333",
          "arn:aws:iam::111122223333:role/ci"
        ],
        "Service": "lambda.amazonaws.com"
      },
      "NotAction": [
        "sts:AssumeRole",
        "sts:TagSession"
      ],
      "NotResource": "*",
      "Condition": {
        "StringEquals": {
          "a:b": "x",
          "a:c": [
            "y",
            "z\"\\"
          ]
        },
        "ForAnyValue:StringLikeIfExists": {
          "aws:TagKeys": "t*"
        }
      }
    },
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "sts:*"
    }
  ]
}
)";
  const ParsedPolicy policy(text, PolicyKind::Resource);
  EXPECT_EQ(format_policy(*policy), text);
}

TEST(FormatPolicy, IsReadAgainAsTheSamePolicy) {
  for (const std::string_view text :
       {R"({"Statement":{"Effect":"Allow","Action":[],"Resource":["a","b"],
            "Condition":{"NumericLessThan":{"a:b":5,"a:c":[true,1e3]},"Null":{"a:d":false}}}})",
        R"({"Version":"2008-10-17","Id":"x","Statement":[]})",
        R"({"Statement":{"Effect":"Deny","Principal":{"Federated":["a","b"],"CanonicalUser":"c",
            "AWS":[]},"Action":"*","Resource":"${aws:username}"}})",
        R"({"Statement":{"Effect":"Deny","Principal":{},"Action":"\u202e\u0007é","Resource":"*",
            "Condition":{"Bool":{"x:y":[]}}}})"}) {
    const ParsedPolicy first{std::string(text), PolicyKind::Resource};
    const std::string once = format_policy(*first);
    const ParsedPolicy second(once, PolicyKind::Resource);
    ASSERT_TRUE(second.policy.has_value()) << second.said();
    EXPECT_EQ(format_policy(*second), once);
    EXPECT_EQ(second->statements.size(), first->statements.size());
    for (std::size_t i = 0; i < first->statements.size(); ++i) {
      EXPECT_EQ(second.statement(i).conditions.size(), first.statement(i).conditions.size());
      EXPECT_EQ(second.statement(i).principal.items.size(),
                first.statement(i).principal.items.size());
    }
  }
}

TEST(PolicyKind, HasATitleOfItsOwnForEachKind) {
  std::set<std::string_view> titles;
  for (int i = 0; i <= static_cast<int>(PolicyKind::Resource); ++i) {
    titles.insert(policy_kind_title(static_cast<PolicyKind>(i)));
  }
  EXPECT_EQ(titles.size(), 8U);
  EXPECT_EQ(policy_kind_title(PolicyKind::Trust), "role trust policy");
  EXPECT_EQ(policy_kind_title(PolicyKind::ServiceControl), "service control policy");
}

TEST(PolicyKind, NamesPrincipalsInResourceTypePoliciesOnly) {
  EXPECT_TRUE(names_principals(PolicyKind::Trust));
  EXPECT_TRUE(names_principals(PolicyKind::ResourceControl));
  EXPECT_TRUE(names_principals(PolicyKind::VpcEndpoint));
  EXPECT_TRUE(names_principals(PolicyKind::Resource));
  EXPECT_FALSE(names_principals(PolicyKind::Identity));
  EXPECT_FALSE(names_principals(PolicyKind::Boundary));
  EXPECT_FALSE(names_principals(PolicyKind::Session));
  EXPECT_FALSE(names_principals(PolicyKind::ServiceControl));
}

}  // namespace
}  // namespace rolecall
