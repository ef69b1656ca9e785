// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/policy_compare.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/parsed_policy.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Compared {
  PolicyComparison result{};

  Compared(std::string_view before, std::string_view after, PolicyKind kind = PolicyKind::Trust) {
    const ParsedPolicy old(policy_text(before), kind);
    const ParsedPolicy recent(policy_text(after), kind);
    result = compare_policies(*old, *recent);
  }
  [[nodiscard]] ComparisonOutcome outcome() const { return result.outcome; }
  [[nodiscard]] std::vector<std::string> opened() const { return texts(result.opened); }
  [[nodiscard]] std::vector<std::string> closed() const { return texts(result.closed); }

 private:
  static std::vector<std::string> texts(const std::vector<Change>& changes) {
    std::vector<std::string> all;
    for (const Change& each : changes) all.push_back(describe_change(each));
    return all;
  }
};

// An Allow statement of a role trust policy.
std::string allow(std::string_view principal, std::string_view condition = "",
                  std::string_view action = R"("sts:AssumeRole")") {
  std::string text = R"({"Effect":"Allow","Principal":)" + std::string(principal) +
                     R"(,"Action":)" + std::string(action);
  if (!condition.empty()) text += R"(,"Condition":)" + std::string(condition);
  return text + "}";
}
std::string deny(std::string_view principal, std::string_view condition = "") {
  std::string text = allow(principal, condition);
  return text.replace(text.find("Allow"), 5, "Deny");
}

constexpr std::string_view kRoot = R"({"AWS":"arn:aws:iam::111122223333:root"})";
constexpr std::string_view kCi = R"({"AWS":"arn:aws:iam::111122223333:role/ci"})";
constexpr std::string_view kEveryone = R"({"AWS":"*"})";

TEST(ComparePolicies, FindsThatOrderAndSpellingDoNotCount) {
  const Compared compared(
      allow(kRoot) + "," + allow(kCi, R"({"StringEquals":{"sts:ExternalId":["a","b"]}})"),
      allow(kCi, R"({"StringEquals":{"STS:externalid":["b","a"]}})", R"("STS:assumerole")") + "," +
          allow(R"({"AWS":"111122223333"})"));
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Equal);
  EXPECT_THAT(compared.opened(), IsEmpty());
}

TEST(ComparePolicies, FindsThatAStatementIsAlreadyCovered) {
  EXPECT_EQ(Compared(allow(kRoot), allow(kRoot) + "," + allow(kCi)).outcome(),
            ComparisonOutcome::Equal);
}

TEST(ComparePolicies, NamesTheRoleThatIsLetIn) {
  const Compared compared(allow(kRoot), allow(R"({"AWS":["arn:aws:iam::111122223333:root",
                                           "arn:aws:iam::444455556666:role/a/deploy"]})"));
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Changed);
  EXPECT_THAT(compared.opened(),
              ElementsAre("arn:aws:iam::444455556666:role/a/deploy; sts:AssumeRole"));
  EXPECT_THAT(compared.closed(), IsEmpty());
  const ComparisonWitness& witness = compared.result.opened[0].witness;
  EXPECT_EQ(witness.caller.role_arn, "arn:aws:iam::444455556666:role/a/deploy");
  EXPECT_EQ(witness.authorization.action, "sts:AssumeRole");
}

TEST(ComparePolicies, NamesTheAccountWithoutTheRoleThatHadAccess) {
  EXPECT_THAT(Compared(allow(kCi), allow(kRoot)).opened(),
              ElementsAre("arn:aws:iam::111122223333:root, "
                          "all but arn:aws:iam::111122223333:role/ci; sts:AssumeRole"));
}

TEST(ComparePolicies, NamesTheValueThatIsAdded) {
  const Compared compared(allow(kRoot, R"({"StringEquals":{"sts:ExternalId":"a"}})"),
                          allow(kRoot, R"({"StringEquals":{"sts:ExternalId":["a","b"]}})"));
  EXPECT_THAT(compared.opened(), ElementsAre("arn:aws:iam::111122223333:root; sts:AssumeRole; "
                                             "StringEquals sts:ExternalId b"));
  EXPECT_THAT(compared.closed(), IsEmpty());
}

TEST(ComparePolicies, SaysThatADroppedConditionLetsInTheRest) {
  const Compared compared(allow(kRoot, R"({"StringEquals":{"sts:ExternalId":"a"}})"), allow(kRoot));
  EXPECT_THAT(compared.opened(), ElementsAre("arn:aws:iam::111122223333:root; sts:AssumeRole; "
                                             "StringNotEquals sts:ExternalId a"));
  EXPECT_FALSE(compared.result.opened[0].witness.authorization.context.is_set("sts:ExternalId"));
}

TEST(ComparePolicies, FindsTheSubjectsBetweenTwoPatterns) {
  constexpr std::string_view kGithub = R"({"Federated":
    "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"})";
  const auto statement = [&](std::string_view subject) {
    return allow(kGithub,
                 R"({"StringLike":{"token.actions.githubusercontent.com:sub":")" +
                     std::string(subject) + R"("}})",
                 R"("sts:AssumeRoleWithWebIdentity")");
  };
  const Compared compared(statement("repo:acme/app:ref:refs/heads/main"),
                          statement("repo:acme/app:*"));
  EXPECT_THAT(
      compared.opened(),
      ElementsAre("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com; "
                  "sts:AssumeRoleWithWebIdentity; "
                  "StringLike token.actions.githubusercontent.com:sub repo:acme/app:*; "
                  "StringNotLike token.actions.githubusercontent.com:sub "
                  "repo:acme/app:ref:refs/heads/main"));
  EXPECT_EQ(Compared(statement("repo:acme/*"), statement("repo:acme/**")).outcome(),
            ComparisonOutcome::Equal);
}

TEST(ComparePolicies, FindsThatTwoBlocksMakeOne) {
  const Compared compared(
      allow(kRoot, R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.128.0.0/9"]}})"),
      allow(kRoot, R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})"));
  EXPECT_THAT(compared.opened(), IsEmpty());
  EXPECT_THAT(compared.closed(), IsEmpty());
  // AWS does not say whether either holds for these addresses in IPv6 notation.
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Unknown);
}

TEST(ComparePolicies, TellsNumbersAndDatesApartAtTheirBorders) {
  EXPECT_EQ(Compared(allow(kRoot, R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"300"}})") + "," +
                         allow(kRoot, R"({"NumericEquals":{"aws:MultiFactorAuthAge":"300.0"}})"),
                     allow(kRoot, R"({"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"3e2"}})"))
                .outcome(),
            ComparisonOutcome::Equal);
  const Compared dates(
      allow(kRoot, R"({"DateLessThan":{"aws:CurrentTime":"2026-07-01T00:00:00Z"}})"),
      allow(kRoot, R"({"DateLessThanEquals":{"aws:CurrentTime":"2026-07-01T00:00:00Z"}})"));
  ASSERT_THAT(dates.opened().size(), 1U);
  EXPECT_THAT(dates.result.opened[0].witness.authorization.context.find("aws:CurrentTime").values,
              ElementsAre("2026-07-01T00:00:00Z"));
}

TEST(ComparePolicies, KnowsThatIfExistsLetsInCallsWithoutTheKey) {
  EXPECT_THAT(Compared(allow(kRoot, R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})"),
                       allow(kRoot, R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}})"))
                  .opened(),
              ElementsAre("arn:aws:iam::111122223333:root; sts:AssumeRole; "
                          "Null aws:MultiFactorAuthPresent true"));
}

TEST(ComparePolicies, SeesWhatAGoneDenyLetsIn) {
  const Compared compared(allow(kRoot) + "," + deny(kCi), allow(kRoot));
  EXPECT_THAT(compared.opened(), ElementsAre("arn:aws:iam::111122223333:role/ci; sts:AssumeRole"));
  EXPECT_THAT(Compared(allow(kRoot), allow(kRoot) + "," + deny(kCi)).closed(),
              ElementsAre("arn:aws:iam::111122223333:role/ci; sts:AssumeRole"));
}

TEST(ComparePolicies, TakesThePrincipalKeysFromTheCaller) {
  // The same callers, named by the element and by a condition.
  EXPECT_EQ(
      Compared(
          allow(kCi),
          allow(kRoot, R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/ci"}})"))
          .outcome(),
      ComparisonOutcome::Equal);
  EXPECT_EQ(
      Compared(allow(kRoot),
               allow(kEveryone, R"({"StringEquals":{"aws:PrincipalAccount":"111122223333"}})"))
          .outcome(),
      ComparisonOutcome::Equal);
}

TEST(ComparePolicies, SaysWhenOnlyAnUndocumentedMatchDiffers) {
  // Whether {"AWS": "*"} covers services is not documented.
  constexpr std::string_view kLambda = R"({"Service":"lambda.amazonaws.com"})";
  const Compared compared(allow(kEveryone) + "," + allow(kLambda), allow(kEveryone));
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Unknown);
  EXPECT_TRUE(compared.result.undocumented);
  const Compared opened(allow(kRoot), allow(kEveryone));
  EXPECT_EQ(opened.outcome(), ComparisonOutcome::Changed);
  EXPECT_TRUE(opened.result.undocumented);
  EXPECT_THAT(opened.opened(), ElementsAre("every AWS principal, all but "
                                           "arn:aws:iam::111122223333:root; sts:AssumeRole"));
}

TEST(ComparePolicies, DoesNotGuessWhatAPolicyVariableHolds) {
  constexpr std::string_view kTagged =
      R"({"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team}"}})";
  constexpr std::string_view kOther =
      R"({"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/group}"}})";
  EXPECT_EQ(Compared(allow(kRoot, kTagged), allow(kRoot, kOther)).outcome(),
            ComparisonOutcome::Unknown);
  EXPECT_EQ(Compared(allow(kRoot, kTagged), allow(kRoot, kTagged)).outcome(),
            ComparisonOutcome::Equal);
  EXPECT_THAT(Compared(allow(kRoot, kTagged), allow(kRoot)).opened(),
              ElementsAre("arn:aws:iam::111122223333:root; sts:AssumeRole; "
                          "StringNotEquals aws:RequestTag/team ${aws:PrincipalTag/team}"));
  // Where the variable does not matter the answer is certain.
  const Compared compared(allow(kCi, kTagged),
                          allow(kCi, kTagged) + "," + allow(R"({"AWS":"444455556666"})"));
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Changed);
  EXPECT_THAT(compared.opened(), ElementsAre("444455556666; sts:AssumeRole"));
}

TEST(ComparePolicies, MakesListsOfSeveralValues) {
  const Compared compared(
      allow(kRoot, R"({"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost"]}})"),
      allow(kRoot, R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["team"]}})"));
  ASSERT_EQ(compared.outcome(), ComparisonOutcome::Changed);
  ASSERT_THAT(compared.opened().size(), 1U);
  const ContextEntry& tags =
      compared.result.opened[0].witness.authorization.context.find("aws:TagKeys");
  EXPECT_EQ(tags.values.size(), 2U);
  EXPECT_THAT(tags.values, testing::Contains("team"));
}

TEST(ComparePolicies, ComparesActionsAndResourcesOfOtherKinds) {
  const Compared compared(
      R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::logs/*"})",
      R"({"Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"arn:aws:s3:::logs*"})",
      PolicyKind::Identity);
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Changed);
  EXPECT_THAT(compared.opened(), ElementsAre("everyone; s3:Get* and s3:Put*; arn:aws:s3:::logs*, "
                                             "all but arn:aws:s3:::logs/*"));
  EXPECT_THAT(compared.closed(),
              ElementsAre("everyone; s3:*, all but s3:Get* and s3:Put*; arn:aws:s3:::logs/*"));
}

TEST(ComparePolicies, LooksAtTheDenyStatementsOfAnRcpOnly) {
  constexpr std::string_view kFull =
      R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})";
  constexpr std::string_view kGuard =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"})";
  EXPECT_EQ(Compared(kFull, "", PolicyKind::ResourceControl).outcome(), ComparisonOutcome::Equal);
  EXPECT_THAT(Compared(kFull, kGuard, PolicyKind::ResourceControl).closed(),
              ElementsAre("everyone; sts:AssumeRole"));
}

TEST(ComparePolicies, GivesUpOnPoliciesThatWereNotReadCompletely) {
  const Compared compared(R"({"Effect":"allow","Principal":"*","Action":"sts:AssumeRole"})", "");
  EXPECT_EQ(compared.outcome(), ComparisonOutcome::Unknown);
  EXPECT_THAT(compared.result.unknowns, ElementsAre("a version could not be read completely"));
}

TEST(ComparePolicies, StaysWithinItsLimits) {
  const auto external = [](std::string_view pattern) {
    return allow(kRoot, R"({"StringLike":{"sts:ExternalId":")" + std::string(pattern) + R"("}})");
  };
  const ParsedPolicy one(policy_text(external("*a*b")), PolicyKind::Trust);
  const ParsedPolicy same(policy_text(external("*a**b")), PolicyKind::Trust);
  EXPECT_EQ(compare_policies(*one, *same).outcome, ComparisonOutcome::Equal);
  EXPECT_EQ(compare_policies(*one, *same, {.text_steps = 3}).outcome, ComparisonOutcome::Unknown);
  const ParsedPolicy role(policy_text(allow(kCi)), PolicyKind::Trust);
  const ParsedPolicy account(policy_text(allow(kRoot)), PolicyKind::Trust);
  EXPECT_EQ(compare_policies(*role, *account, {.callers = 1}).outcome, ComparisonOutcome::Unknown);
  EXPECT_EQ(compare_policies(*role, *account, {.tests = 1}).outcome, ComparisonOutcome::Unknown);
  const ParsedPolicy many(policy_text(external("*a*") + "," + external("*b") + "," + external("c")),
                          PolicyKind::Trust);
  const PolicyComparison cut_short = compare_policies(*many, *account, {.regions = 1});
  EXPECT_EQ(cut_short.outcome, ComparisonOutcome::Unknown);
  EXPECT_THAT(cut_short.unknowns,
              ElementsAre("the versions differ in too many ways to look at all"));
}

TEST(ComparePolicies, MergesPrincipalsAddedByStatementsOfTheirOwn) {
  EXPECT_THAT(Compared("", allow(kCi) + "," + allow(R"({"Service":"ec2.amazonaws.com"})")).opened(),
              UnorderedElementsAre(
                  "arn:aws:iam::111122223333:role/ci and ec2.amazonaws.com; sts:AssumeRole"));
}

}  // namespace
}  // namespace rolecall
