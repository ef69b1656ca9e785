// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/note.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/policies.h"

namespace rolecall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A rule, with `!` when the choice decided.
std::vector<std::string> rules_of(const Policies& policies, const Caller& caller,
                                  const RequestContext& context = {},
                                  const std::string& action = "sts:AssumeRole") {
  const Authorization authorization{action, std::string(kRole), context};
  const Evaluation evaluation = evaluate(caller, authorization, policies.set());
  std::vector<std::string> rules;
  for (const Note& each : list_notes(caller, authorization, policies.set(), evaluation)) {
    rules.push_back(std::string(each.rule) + (each.decisive ? "!" : ""));
  }
  return rules;
}

// Two statements of a trust policy that differ in their conditions.
Policies trusting(std::string_view first, std::string_view second = "",
                  std::string_view effect = "Allow") {
  Policies policies;
  policies.cross_account().add(Gate::Identity, kAllowAssume);
  policies.trust(R"({"AWS":"111122223333"})", effect, first);
  if (!second.empty()) policies.trust(R"({"AWS":"111122223333"})", "Allow", second);
  return policies;
}

constexpr std::string_view kAnyIfExists =
    R"({"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":"a"}})";
constexpr const char* kIfExistsRule = "4.4 K missing, IfExists";

TEST(ConditionNotes, DecideWhereTheStatementIsTheOnlyOneThatAllows) {
  const std::string decided = std::string(kIfExistsRule) + "!";
  EXPECT_THAT(rules_of(trusting(kAnyIfExists), user_caller()), ElementsAre(decided));
  EXPECT_THAT(rules_of(trusting(kAnyIfExists, "{}"), user_caller()), ElementsAre(kIfExistsRule));
  // A Deny of the same gate decides before it.
  Policies denied = trusting(kAnyIfExists);
  denied.trust(R"({"AWS":"111122223333"})", "Deny");
  EXPECT_THAT(rules_of(denied, user_caller()), ElementsAre(kIfExistsRule));
}

TEST(ConditionNotes, DecideInADenyThatApplies) {
  Policies policies;
  policies.cross_account().add(Gate::Identity, kAllowAssume);
  policies.trust(R"({"AWS":"111122223333"})")
      .trust(R"({"AWS":"111122223333"})", "Deny", kAnyIfExists);
  EXPECT_THAT(rules_of(policies, user_caller()), ElementsAre(std::string(kIfExistsRule) + "!"));
}

TEST(ConditionNotes, DecideNothingWhereAnotherConditionFails) {
  constexpr std::string_view kBoth =
      R"({"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":"a"},
          "StringEquals":{"aws:username":"bob"}})";
  RequestContext context;
  EXPECT_THAT(rules_of(trusting(kBoth), user_caller(), context), ElementsAre(kIfExistsRule));
  context.set("aws:username", "bob", KeyOrigin::Derived);
  EXPECT_THAT(rules_of(trusting(kBoth), user_caller(), context),
              ElementsAre(std::string(kIfExistsRule) + "!"));
}

TEST(ConditionNotes, DecideWhereTheMissingAllowIsTheWholeDenial) {
  constexpr std::string_view kExternal = R"({"StringEquals":{"sts:ExternalId":"blue-7"}})";
  constexpr const char* kRule = "1.3 sts:ExternalId";
  const auto policies = [&](std::string_view second) {
    Policies made;
    made.cross_account().add(Gate::Identity,
                             R"({"Effect":"Allow","Action":"sts:*","Resource":"*"})");
    made.add(Gate::Trust, R"({"Effect":"Allow","Action":"sts:*","Principal":{"AWS":"111122223333"},
        "Condition":)" + std::string(kExternal) +
                              "}");
    if (!second.empty()) made.add(Gate::Trust, second);
    return made;
  };
  EXPECT_THAT(rules_of(policies(""), user_caller(), {}, "sts:TagSession"),
              ElementsAre(std::string(kRule) + "!"));
  EXPECT_THAT(rules_of(policies(R"({"Effect":"Allow","Action":"sts:*",
                                    "Principal":{"AWS":"111122223333"}})"),
                       user_caller(), {}, "sts:TagSession"),
              ElementsAre(kRule));
  EXPECT_THAT(rules_of(policies(""), user_caller()), IsEmpty());
}

TEST(ConditionNotes, TellOfVariablesUnderBoolInNewPoliciesOnly) {
  constexpr std::string_view kStatement =
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*",
          "Condition":{"Bool":{"aws:SecureTransport":"${aws:ViaAWSService}"}}})";
  const auto rules = [&](const std::string& version) {
    const ParsedPolicy policy(R"({"Version":")" + version + R"(","Statement":[)" +
                              std::string(kStatement) + "]}");
    PolicySet set;
    GateInput& identity = set.at(Gate::Identity);
    identity.state = GateState::Evaluate;
    identity.layers = {{{}, {{&*policy, "p"}}}};
    RequestContext context;
    context.set("aws:SecureTransport", "true", KeyOrigin::Derived);
    context.set("aws:ViaAWSService", "true", KeyOrigin::Derived);
    const Authorization authorization{"sts:AssumeRole", std::string(kRole), context};
    const Evaluation evaluation = evaluate(user_caller(), authorization, set);
    return list_notes(user_caller(), authorization, set, evaluation).size();
  };
  EXPECT_EQ(rules("2012-10-17"), 1U);
  EXPECT_EQ(rules("2008-10-17"), 0U);
}

TEST(ControlPolicyNotes, DecideWhereTheResourceOfTheOnlyAllowDiffers) {
  const auto rules = [](std::string_view scp) {
    Policies policies;
    policies.cross_account().add(Gate::Identity, kAllowAssume).add(Gate::Scp, scp);
    return rules_of(policies.trust(R"({"AWS":"111122223333"})"), user_caller());
  };
  EXPECT_THAT(rules(R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::1:role/x"})"),
              ElementsAre("SCP-7!"));
  EXPECT_THAT(rules(R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:role/*"})"),
              ElementsAre("SCP-7"));
  EXPECT_THAT(rules(R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::1:role/x"},
                       {"Effect":"Allow","Action":"*","Resource":"*"})"),
              ElementsAre("SCP-7"));
  EXPECT_THAT(rules(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), IsEmpty());
}

// In the role's own account, with a boundary that allows nothing of the kind.
std::vector<std::string> rules_under_a_boundary(Policies& policies) {
  Caller caller = session_caller("444455556666");
  policies.add(Gate::Identity, kAllowNothing).add(Gate::Boundary, kAllowNothing);
  RequestContext context;
  context.set("aws:PrincipalArn", caller.role_arn, KeyOrigin::Derived);
  return rules_of(policies, caller, context);
}

TEST(GrantNotes, TellOfEveryoneNarrowedByAnArn) {
  constexpr std::string_view kNarrow =
      R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}})";
  constexpr const char* kRule = "T1 any with aws:PrincipalArn!";
  Policies narrow;
  narrow.trust(R"({"AWS":"*"})", "Allow", kNarrow);
  EXPECT_THAT(rules_under_a_boundary(narrow), ElementsAre(kRule));
  Policies open;
  open.trust(R"({"AWS":"*"})");
  EXPECT_THAT(rules_under_a_boundary(open), IsEmpty());
  Policies denying;
  denying.trust(R"({"AWS":"*"})", "Allow", R"({"Null":{"aws:PrincipalTag/x":"true"}})");
  denying.trust(R"({"AWS":"*"})", "Deny",
                R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/other"}})");
  EXPECT_THAT(rules_under_a_boundary(denying), IsEmpty());
}

TEST(AddNotes, MakesOneOfEqualNotes) {
  const Note first{"V-6", "m", Gate::Trust, {}, false};
  Note decisive = first;
  decisive.decisive = true;
  Note elsewhere = first;
  elsewhere.at = {DocumentId{}, 3, 5};
  Note other_gate = first;
  other_gate.gate = Gate::Identity;
  std::vector<Note> all;
  add_notes({first, decisive, first, elsewhere, other_gate}, all);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].decisive);
  EXPECT_FALSE(all[1].decisive);
  EXPECT_EQ(all[1].at, elsewhere.at);
  EXPECT_EQ(all[2].gate, Gate::Identity);
}

}  // namespace
}  // namespace rolecall
