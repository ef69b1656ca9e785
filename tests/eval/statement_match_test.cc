// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/statement_match.h"

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/parsed_policy.h"

namespace rolecall {
namespace {

constexpr std::string_view kRole = "arn:aws:iam::444455556666:role/team/deploy";

TEST(Actions, OfNotActionAreAllButTheListed) {
  const ParsedPolicy policy(
      policy_text(R"({"Effect":"Allow","NotAction":["iam:*","sts:TagSession"],"Resource":"*"})"));
  const PatternList& list = policy.statement().action;
  EXPECT_TRUE(actions_match(list, "sts:AssumeRole"));
  EXPECT_FALSE(actions_match(list, "sts:TagSession"));
  EXPECT_FALSE(actions_match(list, "iam:PassRole"));
}

TEST(Actions, ThatCannotMatchExcludeNothing) {
  const ParsedPolicy policy(
      policy_text(R"({"Effect":"Allow","NotAction":["sts:","sts:Assume Role"],"Resource":"*"})"));
  EXPECT_TRUE(actions_match(policy.statement().action, "sts:AssumeRole"));
}

TEST(Actions, MatchNothingWhenTheElementIsMissingOrEmpty) {
  EXPECT_FALSE(actions_match({}, "sts:AssumeRole"));
  const ParsedPolicy policy(policy_text(R"({"Effect":"Allow","Action":[],"Resource":"*"})"));
  EXPECT_FALSE(actions_match(policy.statement().action, "sts:AssumeRole"));
}

struct ResourceCase {
  std::string_view name{};
  std::string_view pattern{};
  bool matches = false;
  PolicyKind kind = PolicyKind::Identity;
};

void PrintTo(const ResourceCase& test, std::ostream* out) {
  *out << test.pattern;
}

class ResourceTable : public testing::TestWithParam<ResourceCase> {};

TEST_P(ResourceTable, MatchesTheRoleAsDocumented) {
  Policy policy;
  policy.kind = GetParam().kind;
  policy.variables = true;
  RequestContext context;
  context.set("aws:username", "deploy", KeyOrigin::Derived);
  context.set("aws:PrincipalTag/star", "*", KeyOrigin::Derived);
  EXPECT_EQ(resource_matches(GetParam().pattern, kRole, context, policy), tri(GetParam().matches));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ResourceTable,
    testing::Values(
        ResourceCase{"everything", "*", true},
        ResourceCase{"same", "arn:aws:iam::444455556666:role/team/deploy", true},
        ResourceCase{"without_path", "arn:aws:iam::444455556666:role/deploy", false},
        ResourceCase{"letter_case", "arn:aws:iam::444455556666:role/team/Deploy", false},
        ResourceCase{"star_crosses_slash", "arn:aws:iam::444455556666:role/*", true},
        ResourceCase{"star_then_name", "arn:aws:iam::444455556666:role/*deploy", true},
        ResourceCase{"any_account", "arn:aws:iam::*:role/team/deploy", true},
        ResourceCase{"any_partition", "arn:*:iam::444455556666:role/team/deploy", true},
        ResourceCase{"any_service", "arn:aws:*::444455556666:role/team/deploy", false},
        ResourceCase{"other_account", "arn:aws:iam::111122223333:role/team/deploy", false},
        ResourceCase{"other_partition", "arn:aws-cn:iam::444455556666:role/team/deploy", false},
        ResourceCase{"session_arn", "arn:aws:sts::444455556666:assumed-role/deploy/*", false},
        ResourceCase{"trailing_space", "arn:aws:iam::444455556666:role/team/deploy ", false},
        ResourceCase{"star_stays_in_its_field", "arn:aws:iam:*role/team/deploy", false},
        ResourceCase{"question", "arn:aws:iam::44445555666?:role/team/deplo?", true},
        ResourceCase{"last_star_takes_the_rest", "arn:aws:iam::*", true},
        ResourceCase{"arn_star", "arn:*", true},
        ResourceCase{"short_is_padded", "arn:aws:iam::444455556666", true},
        ResourceCase{"short_of_another_account", "arn:aws:iam::111122223333", false},
        ResourceCase{"short_in_boundary", "arn:aws:iam", true, PolicyKind::Boundary},
        ResourceCase{"short_in_session", "arn:aws:iam::444455556666", false, PolicyKind::Session},
        ResourceCase{"short_in_scp", "arn:aws:iam", false, PolicyKind::ServiceControl},
        ResourceCase{"short_with_star_in_scp", "arn:aws:iam::*", true, PolicyKind::ServiceControl},
        ResourceCase{"variable", "arn:aws:iam::444455556666:role/team/${aws:username}", true},
        ResourceCase{"variable_without_value", "arn:aws:iam::444455556666:role/${aws:referer}*",
                     false},
        ResourceCase{"variable_before_the_fifth_colon", "arn:aws:iam::${aws:username}:role/*",
                     false},
        ResourceCase{"substituted_star", "arn:aws:iam::444455556666:role/${aws:PrincipalTag/star}",
                     false},
        ResourceCase{"empty", "", false}),
    case_name<ResourceCase>);

TEST(Resource, KeepsVariablesLiteralInOldVersions) {
  Policy policy;
  RequestContext context;
  context.set("aws:username", "deploy", KeyOrigin::Derived);
  const std::string_view pattern = "arn:aws:iam::444455556666:role/team/${aws:username}";
  EXPECT_EQ(resource_matches(pattern, kRole, context, policy), Tri::No);
  policy.variables = true;
  EXPECT_EQ(resource_matches(pattern, kRole, context, policy), Tri::Yes);
}

TEST(Resource, IsOpenWhereAVariableIsNotKnown) {
  Policy policy;
  policy.variables = true;
  RequestContext context;
  context.set_unknown("aws:username");
  EXPECT_EQ(
      resource_matches("arn:aws:iam::444455556666:role/${aws:username}", kRole, context, policy),
      Tri::Open);
  EXPECT_EQ(
      resource_matches("arn:aws:iam::111122223333:role/${aws:username}", kRole, context, policy),
      Tri::No);
}

Authorization assume_role() {
  Authorization authorization;
  authorization.action = "sts:AssumeRole";
  authorization.resource = kRole;
  return authorization;
}

StatementMatch match(std::string_view statement, PolicyKind kind = PolicyKind::Identity,
                     const Authorization& authorization = assume_role()) {
  const ParsedPolicy policy(policy_text(statement), kind);
  return match_statement(*policy, policy.statement(), user_caller(), authorization);
}

TEST(Statement, IsRuledOutByItsFirstElementThatDiffers) {
  EXPECT_EQ(match(R"({"Effect":"Allow","Action":"iam:*","Resource":"x"})").outcome,
            StatementOutcome::ActionMismatch);
  EXPECT_EQ(match(R"({"Effect":"Allow","Action":"sts:*","Resource":"x"})").outcome,
            StatementOutcome::ResourceMismatch);
  EXPECT_EQ(match(R"({"Effect":"Allow","Action":"sts:*","Principal":{"AWS":"999999999999"},
                      "Condition":{"Bool":{"a:b":"true"}}})",
                  PolicyKind::Trust)
                .outcome,
            StatementOutcome::PrincipalMismatch);
  EXPECT_EQ(match(R"({"Effect":"Allow","Action":"sts:*","Principal":{"AWS":"111122223333"},
                      "Condition":{"Bool":{"a:b":"true"}}})",
                  PolicyKind::Trust)
                .outcome,
            StatementOutcome::ConditionFailed);
}

TEST(Statement, AppliesWhenEveryElementMatches) {
  const StatementMatch result = match(
      R"({"Effect":"Allow","Action":"sts:*","Principal":{"AWS":"111122223333"},"Condition":{}})",
      PolicyKind::Trust);
  EXPECT_EQ(result.applies, Tri::Yes);
  EXPECT_EQ(result.outcome, StatementOutcome::Applies);
  EXPECT_EQ(result.grant, GrantClass::Account);
}

TEST(Statement, NeedsEveryConditionOfEveryOperator) {
  Authorization authorization = assume_role();
  authorization.context.set("a:one", "1", KeyOrigin::Given);
  authorization.context.set("a:two", "2", KeyOrigin::Given);
  const auto applies = [&](std::string_view conditions) {
    return match(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)" +
                     std::string(conditions) + "}",
                 PolicyKind::Identity, authorization)
        .applies;
  };
  EXPECT_EQ(applies(R"({"StringEquals":{"a:one":"1","a:two":"2"}})"), Tri::Yes);
  EXPECT_EQ(applies(R"({"StringEquals":{"a:one":"1","a:two":"3"}})"), Tri::No);
  EXPECT_EQ(applies(R"({"StringEquals":{"a:one":"1"},"NumericLessThan":{"a:two":2}})"), Tri::No);
  EXPECT_EQ(applies(R"({"StringEquals":{"a:one":["0","1"]},"NumericLessThan":{"a:two":3}})"),
            Tri::Yes);
}

TEST(Statement, WithoutResourceMatchesInTrustPoliciesOnly) {
  const std::string_view text =
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"}})";
  EXPECT_EQ(match(text, PolicyKind::Trust).applies, Tri::Yes);
  EXPECT_EQ(match(R"({"Effect":"Allow","Action":"sts:AssumeRole"})").applies, Tri::No);
  EXPECT_EQ(match(text, PolicyKind::ResourceControl).applies, Tri::No);
}

TEST(Statement, WithNotResourceAppliesWhenNoPatternMatches) {
  EXPECT_EQ(match(R"({"Effect":"Deny","Action":"*","NotResource":["arn:aws:s3:::x"]})").applies,
            Tri::Yes);
  EXPECT_EQ(match(R"({"Effect":"Deny","Action":"*","NotResource":
                      ["arn:aws:s3:::x","arn:aws:iam::*:role/*"]})")
                .applies,
            Tri::No);
  // A variable without a value makes its pattern match nothing.
  EXPECT_EQ(match(R"({"Effect":"Deny","Action":"*",
                      "NotResource":"arn:aws:iam::*:role/${aws:referer}"})")
                .applies,
            Tri::Yes);
}

TEST(Statement, TellsDependsFromUndocumented) {
  Authorization authorization = assume_role();
  authorization.context.set_unknown("aws:SourceIp");
  authorization.context.set("aws:PrincipalArn", "arn:aws:iam::1:user/a", KeyOrigin::Derived);
  const auto outcome = [&](std::string_view conditions) {
    return match(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)" +
                     std::string(conditions) + "}",
                 PolicyKind::Identity, authorization)
        .outcome;
  };
  EXPECT_EQ(outcome(R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})"), StatementOutcome::Depends);
  EXPECT_EQ(outcome(R"({"ArnLike":{"aws:PrincipalArn":"*"}})"), StatementOutcome::Undocumented);
  EXPECT_EQ(outcome(R"({"ArnLike":{"aws:PrincipalArn":"*"},"Bool":{"x:y":"true"}})"),
            StatementOutcome::ConditionFailed);
}

TEST(Statement, IsTracedWithEveryElement) {
  const ParsedPolicy policy(
      policy_text(R"({"Effect":"Allow","Action":"iam:*","Principal":{"AWS":"111122223333"},
                      "Condition":{"Bool":{"a:b":"true","a:c":"true"}}})"),
      PolicyKind::Trust);
  Authorization authorization = assume_role();
  authorization.context.set("a:c", "true", KeyOrigin::Given);
  const StatementTrace trace =
      trace_statement(*policy, policy.statement(), user_caller(), authorization);
  EXPECT_EQ(trace.match.outcome, StatementOutcome::ActionMismatch);
  EXPECT_FALSE(trace.action);
  EXPECT_EQ(trace.resource, Tri::Yes);
  EXPECT_EQ(trace.principal.grant, GrantClass::Account);
  ASSERT_EQ(trace.conditions.size(), 2U);
  EXPECT_EQ(trace.conditions[0].detail, ConditionDetail::KeyAbsent);
  EXPECT_EQ(trace.conditions[1].value, Tri::Yes);
}

TEST(StatementOutcome, HasAWordOfItsOwnForEachOutcome) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(StatementOutcome::Undocumented); ++i) {
    names.insert(statement_outcome_name(static_cast<StatementOutcome>(i)));
  }
  EXPECT_EQ(names.size(), 7U);
}

TEST(Resource, WithoutTheColonsOfThePatternIsAnother) {
  const RequestContext context;
  const ParsedPolicy policy(policy_text(""));
  const auto matches = [&](std::string_view pattern, std::string_view resource) {
    return resource_matches(pattern, resource, context, *policy);
  };
  EXPECT_EQ(matches("arn:aws:iam::111122223333:role/x", "x"), Tri::No);
  EXPECT_EQ(matches("arn:aws:iam::111122223333:role/x", "arn:aws:iam"), Tri::No);
  EXPECT_EQ(matches("*:*:*", "arn:aws"), Tri::No);
  EXPECT_EQ(matches("*", "x"), Tri::Yes);
}

// The reader notes what actions_match says.
TEST(Actions, OfAStatementAreThoseThatItsPatternsMatch) {
  constexpr std::string_view kPatterns[] = {"*",
                                            "sts:*",
                                            "STS:Assume*",
                                            "sts:assumerole",
                                            "sts:AssumeRole?*",
                                            "sts:TagSession",
                                            "*:Pass*",
                                            "iam:*",
                                            "IAM:PassRole",
                                            "s3:*",
                                            "st*:AssumeRole",
                                            "sts",
                                            "sts:",
                                            "AssumeRole",
                                            ""};
  constexpr std::string_view kNames[] = {"sts:AssumeRole",
                                         "sts:AssumeRoleWithSAML",
                                         "sts:AssumeRoleWithWebIdentity",
                                         "sts:TagSession",
                                         "sts:SetSourceIdentity",
                                         "sts:SetContext",
                                         "sts:AssumeRoot",
                                         "iam:PassRole"};
  for (const std::string_view element : {"Action", "NotAction"}) {
    for (const std::string_view one : kPatterns) {
      for (const std::string_view other : kPatterns) {
        const ParsedPolicy policy(policy_text(fmt::format(
            R"({{"Effect":"Allow","{}":["{}","{}"],"Resource":"*"}})", element, one, other)));
        const Statement& statement = policy->statements.at(0);
        for (const std::string_view name : kNames) {
          EXPECT_EQ(is_about(statement, action_bit(name)), actions_match(statement.action, name))
              << element << ' ' << one << ' ' << other << ": " << name;
        }
        EXPECT_FALSE(is_about(statement, actions::kOther));
      }
    }
  }
}

TEST(Statement, WithoutResourceMatchesInPoliciesOfAResourceToo) {
  const auto applies = [](PolicyKind kind) {
    const ParsedPolicy policy(
        policy_text(R"({"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"})"), kind);
    const Authorization authorization{"sts:AssumeRole", "arn:aws:s3:::a", {}};
    return match_statement(*policy, policy.statement(), user_caller(), authorization).applies;
  };
  EXPECT_EQ(applies(PolicyKind::Trust), Tri::Yes);
  EXPECT_EQ(applies(PolicyKind::Resource), Tri::Yes);
  EXPECT_EQ(applies(PolicyKind::VpcEndpoint), Tri::No);
  EXPECT_EQ(applies(PolicyKind::Identity), Tri::No);
}

}  // namespace
}  // namespace rolecall
