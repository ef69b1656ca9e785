// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/policy_compare.h"

#include <string>
#include <string_view>
#include <utility>
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

// An Allow of a policy of any kind that has resources.
std::string allow_resource(PolicyKind kind, std::string_view action, std::string_view resource) {
  return std::string(R"({"Effect":"Allow",)") +
         (names_principals(kind) ? R"("Principal":"*",)" : "") + R"("Action":")" +
         std::string(action) + R"(","Resource":")" + std::string(resource) + "\"}";
}

TEST(ComparePolicies, ComparesEveryKind) {
  for (const PolicyKind kind :
       {PolicyKind::Identity, PolicyKind::Boundary, PolicyKind::Session, PolicyKind::ServiceControl,
        PolicyKind::VpcEndpoint, PolicyKind::Resource}) {
    const Compared compared(allow_resource(kind, "s3:Get*", "*"), allow_resource(kind, "s3:*", "*"),
                            kind);
    EXPECT_EQ(compared.outcome(), ComparisonOutcome::Changed) << policy_kind_title(kind);
    EXPECT_THAT(compared.opened(), ElementsAre("everyone; s3:*, all but s3:Get*"))
        << policy_kind_title(kind);
    EXPECT_THAT(compared.closed(), IsEmpty());
  }
}

TEST(ComparePolicies, KnowsThatAResourcePolicyNeedsNoResource) {
  const std::string bare = R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject"})";
  EXPECT_EQ(Compared(bare, allow_resource(PolicyKind::Resource, "s3:GetObject", "*"),
                     PolicyKind::Resource)
                .outcome(),
            ComparisonOutcome::Equal);
  // In an endpoint policy such a statement applies to nothing.
  EXPECT_EQ(Compared(bare, "", PolicyKind::VpcEndpoint).outcome(), ComparisonOutcome::Equal);
}

TEST(ComparePolicies, FillsUpShortResourcesWhereAwsDoes) {
  const auto outcome = [](PolicyKind kind) {
    return Compared(allow_resource(kind, "s3:GetObject", "arn:aws:s3"), "", kind).outcome();
  };
  EXPECT_EQ(outcome(PolicyKind::Identity), ComparisonOutcome::Changed);
  EXPECT_EQ(outcome(PolicyKind::Boundary), ComparisonOutcome::Changed);
  EXPECT_EQ(outcome(PolicyKind::ServiceControl), ComparisonOutcome::Equal);
}

TEST(ComparePolicies, GivesUpOnANewVersionThatWasNotReadCompletely) {
  const Compared compared("", R"({"Effect":"allow","Principal":"*","Action":"sts:AssumeRole"})");
  EXPECT_THAT(compared.result.unknowns, ElementsAre("a version could not be read completely"));
}

TEST(ComparisonOutcome, HasAWordOfItsOwn) {
  EXPECT_EQ(comparison_outcome_name(ComparisonOutcome::Equal), "equal");
  EXPECT_EQ(comparison_outcome_name(ComparisonOutcome::Changed), "changed");
  EXPECT_EQ(comparison_outcome_name(ComparisonOutcome::Unknown), "unknown");
}

// The values of a key in the requests that are newly allowed.
std::vector<std::string> opened_values(const Compared& compared, std::string_view key) {
  std::vector<std::string> values;
  for (const Change& each : compared.result.opened) {
    const ContextEntry& entry = each.witness.authorization.context.find(key);
    values.push_back(entry.values.empty() ? "(absent)" : entry.values[0]);
  }
  return values;
}

TEST(ComparePolicies, ReadsKeysOfArnsFieldByField) {
  constexpr std::string_view kSns = R"({"Service":"sns.amazonaws.com"})";
  const auto from = [&](std::string_view op, std::string_view arn) {
    return allow(
        kSns, R"({")" + std::string(op) + R"(":{"aws:SourceArn":")" + std::string(arn) + R"("}})");
  };
  const Compared wider(from("ArnLike", "arn:aws:sns:*:*:jobs-a*"),
                       from("ArnLike", "arn:aws:sns:*:*:jobs-*"));
  EXPECT_EQ(wider.outcome(), ComparisonOutcome::Changed);
  const auto values = opened_values(wider, "aws:SourceArn");
  ASSERT_EQ(values.size(), 1U);
  EXPECT_TRUE(values[0].starts_with("arn:aws:sns:")) << values[0];
  EXPECT_NE(values[0].find(":jobs-"), std::string::npos) << values[0];
  EXPECT_EQ(values[0].find(":jobs-a"), std::string::npos) << values[0];
  EXPECT_EQ(Compared(from("ArnLike", "arn:aws:sns:*:*:*"), from("ArnEquals", "arn:aws:sns:*:*:*"))
                .outcome(),
            ComparisonOutcome::Equal);
  const auto whether = [&](std::string_view absent) {
    return allow(kSns, R"({"Null":{"aws:SourceArn":")" + std::string(absent) + R"("}})");
  };
  const Compared present(whether("true"), whether("false"));
  EXPECT_EQ(present.outcome(), ComparisonOutcome::Changed);
  const auto given = opened_values(present, "aws:SourceArn");
  ASSERT_EQ(given.size(), 1U);
  EXPECT_TRUE(given[0].starts_with("arn:")) << given[0];
}

TEST(ComparePolicies, ComparesNumbersHoweverTheyAreWritten) {
  const auto age = [](std::string_view op, std::string_view value) {
    return allow(kRoot, R"({")" + std::string(op) + R"(":{"aws:MultiFactorAuthAge":")" +
                            std::string(value) + R"("}})");
  };
  const auto outcome = [&](std::string_view first, std::string_view second,
                           std::string_view op = "NumericLessThan") {
    return Compared(age(op, first), age(op, second)).outcome();
  };
  EXPECT_EQ(outcome("0.5", "0.50"), ComparisonOutcome::Equal);
  EXPECT_EQ(outcome("300", "3e2"), ComparisonOutcome::Equal);
  EXPECT_EQ(outcome("-5", "-5.0"), ComparisonOutcome::Equal);
  EXPECT_NE(outcome("1e40", "1e41"), ComparisonOutcome::Equal);
  EXPECT_EQ(outcome("soon", "late"), ComparisonOutcome::Equal);
  for (const auto& [low, high] : {std::pair("-5", "-4"), std::pair("-5.5", "-5.25"),
                                  std::pair("7", "8"), std::pair("0.1", "0.2")}) {
    const Compared wider(age("NumericLessThan", low), age("NumericLessThan", high));
    EXPECT_EQ(wider.outcome(), ComparisonOutcome::Changed) << low;
    EXPECT_THAT(wider.closed(), IsEmpty()) << low;
    ASSERT_EQ(wider.opened().size(), 1U) << low;
  }
  const Compared border(age("NumericLessThan", "-5"), age("NumericLessThanEquals", "-5"));
  ASSERT_EQ(border.opened().size(), 1U);
  EXPECT_EQ(opened_values(border, "aws:MultiFactorAuthAge"), std::vector<std::string>{"-5"});
}

TEST(ComparePolicies, ComparesDatesBeyondThoseOfACalendar) {
  const auto before = [](std::string_view time) {
    return allow(kRoot, R"({"DateLessThan":{"aws:CurrentTime":")" + std::string(time) + R"("}})");
  };
  EXPECT_EQ(Compared(before("1795428600"), before("2026-11-23T10:10:00Z")).outcome(),
            ComparisonOutcome::Equal);
  EXPECT_NE(Compared(before("99999999999"), before("999999999999")).outcome(),
            ComparisonOutcome::Equal);
  EXPECT_EQ(Compared(before("soon"), before("late")).outcome(), ComparisonOutcome::Equal);
}

// Names that a comparison might have made up for somebody who is not named.
TEST(ComparePolicies, TellsNamedOnesFromTheOthersWhateverTheirNames) {
  constexpr std::string_view kSession =
      R"({"AWS":"arn:aws:sts::111122223333:assumed-role/ci/session"})";
  EXPECT_THAT(Compared(allow(kSession), allow(kCi)).opened(),
              ElementsAre("arn:aws:iam::111122223333:role/ci, all but "
                          "arn:aws:sts::111122223333:assumed-role/ci/session; sts:AssumeRole"));
  EXPECT_THAT(Compared(allow(R"({"Service":"example.amazonaws.com"})"),
                       allow(R"({"Service":["example.amazonaws.com","ec2.amazonaws.com"]})"))
                  .opened(),
              ElementsAre("ec2.amazonaws.com; sts:AssumeRole"));
  EXPECT_THAT(
      Compared(allow(kRoot, R"({"StringEquals":{"sts:ExternalId":"example"}})"), allow(kRoot))
          .opened(),
      ElementsAre("arn:aws:iam::111122223333:root; sts:AssumeRole; "
                  "StringNotEquals sts:ExternalId example"));
  const Compared bytes(allow(kRoot, R"({"BinaryEquals":{"example:data":"eHh4"}})"),
                       allow(kRoot, R"({"BinaryEquals":{"example:data":["eHh4","eHh4eHh4"]}})"));
  EXPECT_EQ(opened_values(bytes, "example:data"), std::vector<std::string>{"eHh4eHh4"});
}

TEST(ComparePolicies, KnowsThatABooleanKeyHoldsTwoValues) {
  const auto transport = [](std::string_view op, std::string_view value) {
    return allow(kRoot, R"({")" + std::string(op) + R"(":{"aws:SecureTransport":")" +
                            std::string(value) + R"("}})");
  };
  EXPECT_EQ(Compared(transport("StringEquals", "maybe"), "").outcome(), ComparisonOutcome::Equal);
  EXPECT_EQ(Compared(transport("Bool", "true"), transport("StringEquals", "true")).outcome(),
            ComparisonOutcome::Equal);
  EXPECT_THAT(opened_values(Compared(transport("Bool", "true"), transport("Bool", "false")),
                            "aws:SecureTransport"),
              ElementsAre("false"));
}

TEST(ComparePolicies, DoesNotGuessWhatSeveralPolicyVariablesHold) {
  const auto named = [](std::string_view value) {
    return allow(kRoot, R"({"StringLike":{"aws:RequestTag/x":")" + std::string(value) + R"("}})");
  };
  EXPECT_EQ(Compared(named("${aws:PrincipalTag/a}-${aws:PrincipalTag/b}"),
                     named("${aws:PrincipalTag/b}-${aws:PrincipalTag/a}"))
                .outcome(),
            ComparisonOutcome::Unknown);
  EXPECT_EQ(Compared(named("a${*}b"), named("a${*}${?}b")).outcome(), ComparisonOutcome::Changed);
}

TEST(ComparePolicies, PutsTogetherWhatDiffersInOneListOfValues) {
  const auto external = [](std::string_view op, std::string_view id) {
    return allow(
        kRoot, R"({")" + std::string(op) + R"(":{"sts:ExternalId":")" + std::string(id) + R"("}})");
  };
  EXPECT_THAT(
      Compared("", external("StringEquals", "a") + "," + external("StringEquals", "b")).opened(),
      ElementsAre("arn:aws:iam::111122223333:root; sts:AssumeRole; "
                  "StringEquals sts:ExternalId a and b"));
  EXPECT_EQ(Compared("", external("StringEquals", "a") + "," + external("StringLike", "b*"))
                .opened()
                .size(),
            2U);
  EXPECT_EQ(Compared("", external("StringNotEquals", "a") + "," +
                             allow(kCi, R"({"StringNotEquals":{"sts:ExternalId":"b"}})"))
                .outcome(),
            ComparisonOutcome::Changed);
  const auto tagged = [](std::string_view key) {
    return allow(kRoot, R"({"StringEquals":{"aws:RequestTag/)" + std::string(key) + R"(":"x"}})");
  };
  EXPECT_EQ(Compared("", tagged("a") + "," + tagged("b")).opened().size(), 2U);
}

TEST(ComparePolicies, PutsActionsAndResourcesOfSeveralStatementsTogether) {
  const auto kind = PolicyKind::Identity;
  EXPECT_THAT(Compared("",
                       allow_resource(kind, "s3:GetObject", "arn:aws:s3:::a") + "," +
                           allow_resource(kind, "s3:PutObject", "arn:aws:s3:::a"),
                       kind)
                  .opened(),
              ElementsAre("everyone; s3:GetObject and s3:PutObject; arn:aws:s3:::a"));
  EXPECT_THAT(Compared("",
                       allow_resource(kind, "s3:GetObject", "arn:aws:s3:::a") + "," +
                           allow_resource(kind, "s3:GetObject", "arn:aws:s3:::b"),
                       kind)
                  .opened(),
              ElementsAre("everyone; s3:GetObject; arn:aws:s3:::a and arn:aws:s3:::b"));
  // Of a complement nothing can be put to the other.
  EXPECT_EQ(Compared("",
                     R"({"Effect":"Allow","NotAction":"s3:*","Resource":"arn:aws:s3:::a"},)" +
                         allow_resource(kind, "s3:GetObject", "arn:aws:s3:::a"),
                     kind)
                .opened()
                .size(),
            2U);
}

TEST(ComparePolicies, StaysWithinTheComparisonsItMayMake) {
  const std::string one = allow(kCi) + "," + allow(R"({"AWS":"444455556666"})");
  const ParsedPolicy old(policy_text(one), PolicyKind::Trust);
  const ParsedPolicy recent(policy_text(allow(kEveryone)), PolicyKind::Trust);
  const PolicyComparison cut_short = compare_policies(*old, *recent, {.comparisons = 1});
  EXPECT_EQ(cut_short.outcome, ComparisonOutcome::Unknown);
  EXPECT_THAT(cut_short.unknowns,
              ElementsAre("the versions differ in too many ways to look at all"));
}

}  // namespace
}  // namespace rolecall
