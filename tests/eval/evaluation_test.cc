// SPDX-License-Identifier: Apache-2.0
#include "rolecall/eval/evaluation.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policies.h"
#include "support/case_name.h"

namespace rolecall {
namespace {

constexpr std::string_view kSameAccount = "444455556666";

// What the caller's own policies of one gate say.
enum class Side { Absent, Allows, Implicit, Explicit };

void add_side(Policies& policies, Gate gate, Side side) {
  if (side == Side::Allows) policies.add(gate, kAllowAssume);
  if (side == Side::Implicit) policies.add(gate, kAllowNothing);
  if (side == Side::Explicit) policies.add(gate, kDenyAssume);
}

// A row of the truth tables T1, T2 and T3: the gates that refuse, in order; empty is allowed.
struct TruthCase {
  std::string_view name{};
  Caller caller{};
  std::string_view trust{};
  Side identity = Side::Implicit;
  Side boundary = Side::Absent;
  Side session = Side::Absent;
  std::vector<Gate> refuse{};
};

void PrintTo(const TruthCase& test, std::ostream* out) {
  *out << test.trust;
}

class TruthTable : public testing::TestWithParam<TruthCase> {};

TEST_P(TruthTable, DecidesAsDocumented) {
  const TruthCase& test = GetParam();
  Policies policies;
  if (test.caller.account != kSameAccount) policies.cross_account();
  policies.trust(test.trust);
  add_side(policies, Gate::Identity, test.identity);
  add_side(policies, Gate::Boundary, test.boundary);
  add_side(policies, Gate::Session, test.session);
  const Evaluation evaluation = policies.evaluate(test.caller);
  std::vector<Gate> refused;
  for (int i = 0; i < kGateCount; ++i) {
    if (denies(evaluation.gates[static_cast<std::size_t>(i)].verdict)) {
      refused.push_back(static_cast<Gate>(i));
    }
  }
  EXPECT_EQ(refused, test.refuse);
  EXPECT_EQ(evaluation.decision, test.refuse.empty() ? Decision::Allowed : Decision::Denied);
}

constexpr std::string_view kNobody = R"({"AWS":"999999999999"})";
constexpr std::string_view kRoot = R"({"AWS":"arn:aws:iam::444455556666:root"})";
constexpr std::string_view kAnyone = R"({"AWS":"*"})";
constexpr std::string_view kUser = R"({"AWS":"arn:aws:iam::444455556666:user/ann"})";
constexpr std::string_view kCi = R"({"AWS":"arn:aws:iam::444455556666:role/ci"})";
constexpr std::string_view kCiSession =
    R"({"AWS":"arn:aws:sts::444455556666:assumed-role/ci/run-7"})";
constexpr std::string_view kCiId = R"({"AWS":"AROAQABLZS4A3QDU576Q"})";

// T1 and T3, vectors 1 to 13 of the semantics.
std::vector<TruthCase> same_account() {
  const Caller user = user_caller("444455556666");
  const Caller session = session_caller("444455556666");
  constexpr auto kNo = Side::Absent;
  constexpr auto kYes = Side::Allows;
  constexpr auto kImplicit = Side::Implicit;
  constexpr auto kDeny = Side::Explicit;
  return {
      {"trust_names_nobody", user, kNobody, kYes, kNo, kNo, {Gate::Trust}},
      {"account_needs_identity", user, kRoot, kImplicit, kNo, kNo, {Gate::Identity}},
      {"account_and_identity", user, kRoot, kYes, kNo, kNo, {}},
      {"account_and_boundary", user, kRoot, kYes, kImplicit, kNo, {Gate::Boundary}},
      {"account_and_session", session, kRoot, kYes, kNo, kImplicit, {Gate::Session}},
      {"user_needs_nothing", user, kUser, kImplicit, kNo, kNo, {}},
      {"user_ignores_boundary", user, kUser, kImplicit, kImplicit, kNo, {}},
      {"user_denied_by_boundary", user, kUser, kImplicit, kDeny, kNo, {Gate::Boundary}},
      {"user_denied_by_identity", user, kUser, kDeny, kNo, kNo, {Gate::Identity}},
      {"role_needs_no_identity", session, kCi, kImplicit, kNo, kNo, {}},
      {"role_id_needs_no_identity", session, kCiId, kImplicit, kNo, kNo, {}},
      {"role_needs_boundary", session, kCi, kImplicit, kImplicit, kNo, {Gate::Boundary}},
      {"role_needs_session", session, kCi, kImplicit, kNo, kImplicit, {Gate::Session}},
      {"session_needs_nothing", session, kCiSession, kImplicit, kImplicit, kImplicit, {}},
      {"session_denied_by_session", session, kCiSession, kImplicit, kNo, kDeny, {Gate::Session}},
      {"anyone_needs_nothing", session, kAnyone, kImplicit, kImplicit, kImplicit, {}},
      {"anyone_denied_by_identity", session, kAnyone, kDeny, kNo, kNo, {Gate::Identity}},
      {"every_deny_is_seen",
       session,
       kAnyone,
       kDeny,
       kDeny,
       kDeny,
       {Gate::Identity, Gate::Boundary, Gate::Session}},
  };
}

// T2, vectors 14 to 16.
std::vector<TruthCase> cross_account() {
  const Caller user = user_caller();
  const Caller session = session_caller();
  constexpr auto kNo = Side::Absent;
  constexpr auto kYes = Side::Allows;
  constexpr auto kImplicit = Side::Implicit;
  constexpr std::string_view kOtherUser = R"({"AWS":"arn:aws:iam::111122223333:user/ann"})";
  constexpr std::string_view kOtherRole = R"({"AWS":"arn:aws:iam::111122223333:role/ci"})";
  constexpr std::string_view kOtherSession =
      R"({"AWS":"arn:aws:sts::111122223333:assumed-role/ci/run-7"})";
  return {
      {"user_needs_identity", user, kOtherUser, kImplicit, kNo, kNo, {Gate::Identity}},
      {"session_needs_identity", session, kOtherSession, kImplicit, kNo, kNo, {Gate::Identity}},
      {"anyone_needs_identity", session, kAnyone, kImplicit, kNo, kNo, {Gate::Identity}},
      {"both_sides_allow", session, kOtherRole, kYes, kYes, kYes, {}},
      {"needs_boundary", session, kOtherRole, kYes, kImplicit, kNo, {Gate::Boundary}},
      {"user_needs_boundary", user, kOtherUser, kYes, kImplicit, kNo, {Gate::Boundary}},
      {"needs_session", session, kOtherSession, kYes, kNo, kImplicit, {Gate::Session}},
      {"needs_trust", session, kNobody, kYes, kNo, kNo, {Gate::Trust}},
      {"all_three_refuse",
       session,
       kNobody,
       kImplicit,
       kImplicit,
       kImplicit,
       {Gate::Trust, Gate::Identity, Gate::Boundary, Gate::Session}},
  };
}

INSTANTIATE_TEST_SUITE_P(T1, TruthTable, testing::ValuesIn(same_account()), case_name<TruthCase>);
INSTANTIATE_TEST_SUITE_P(T2, TruthTable, testing::ValuesIn(cross_account()), case_name<TruthCase>);

TEST(Evaluate, UsesTheMostPermissiveGrantThatApplies) {
  const Caller session = session_caller("444455556666");
  Policies policies;
  policies.trust(kRoot).trust(kCi).add(Gate::Identity, kAllowNothing);
  EXPECT_EQ(policies.evaluate(session).decision, Decision::Allowed);
  EXPECT_EQ(policies.evaluate(session).grant, GrantClass::Role);
  policies.trust(kAnyone, "Allow", R"({"StringEquals":{"sts:ExternalId":"x"}})");
  EXPECT_EQ(policies.evaluate(session).grant, GrantClass::Role);
  RequestContext context;
  context.set("sts:ExternalId", "x", KeyOrigin::Given);
  EXPECT_EQ(policies.evaluate(session, context).grant, GrantClass::Any);
}

TEST(Evaluate, DeniesByATrustDenyAtAnyGranularity) {
  for (const std::string_view denied : {kRoot, kCi, kCiSession, kAnyone}) {
    Policies policies;
    policies.trust(kCiSession).trust(denied, "Deny");
    const Evaluation evaluation = policies.evaluate(session_caller("444455556666"));
    EXPECT_EQ(evaluation.at(Gate::Trust).verdict, Verdict::DeniesExplicitly) << denied;
  }
  Policies policies;
  policies.trust(kCi).trust(kCiSession, "Deny");
  EXPECT_EQ(policies.evaluate(session_caller("444455556666", "ci", "other")).decision,
            Decision::Allowed);
}

TEST(Evaluate, LetsARoleAssumeItselfOnlyWhenItsTrustSaysSo) {
  const Caller deploy = session_caller("444455556666", "deploy");
  Policies silent;
  silent.trust(kCi).add(Gate::Identity, kAllowAssume);
  EXPECT_EQ(silent.evaluate(deploy).at(Gate::Trust).verdict, Verdict::DeniesImplicitly);
  Policies named;
  named.trust(R"({"AWS":"arn:aws:iam::444455556666:role/deploy"})")
      .add(Gate::Identity, kAllowNothing);
  EXPECT_EQ(named.evaluate(deploy).decision, Decision::Allowed);
}

TEST(Evaluate, AsksServicesAndTokensForTrustAndRcpOnly) {
  Policies policies;
  policies.trust(R"({"Service":"lambda.amazonaws.com"})").level(Gate::Rcp, kAllowNothing);
  EXPECT_EQ(policies.evaluate(service_caller()).decision, Decision::Allowed);
  EXPECT_EQ(policies.evaluate(service_caller("ec2.amazonaws.com")).at(Gate::Trust).verdict,
            Verdict::DeniesImplicitly);
  policies.level(Gate::Rcp,
                 R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"})");
  EXPECT_EQ(policies.evaluate(service_caller()).at(Gate::Rcp).verdict, Verdict::DeniesExplicitly);
}

// The levels of an SCP chain, root first, and the level that refuses.
struct ScpCase {
  std::string_view name{};
  std::vector<std::string_view> levels{};
  Verdict verdict = Verdict::Allows;
  std::uint32_t decides = 0;
};

void PrintTo(const ScpCase& test, std::ostream* out) {
  *out << test.levels.size() << " levels";
}

constexpr std::string_view kFull = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
constexpr std::string_view kDenySts = R"({"Effect":"Deny","Action":"sts:*","Resource":"*"})";
constexpr std::string_view kDenyS3 = R"({"Effect":"Deny","Action":"s3:*","Resource":"*"})";

class ScpChainTable : public testing::TestWithParam<ScpCase> {};

TEST_P(ScpChainTable, NeedsAnAllowAtEveryLevel) {
  Policies policies;
  policies.trust(kAnyone);
  for (const std::string_view level : GetParam().levels) policies.level(Gate::Scp, level);
  const GateResult result = policies.evaluate(user_caller()).at(Gate::Scp);
  EXPECT_EQ(result.verdict, GetParam().verdict);
  EXPECT_EQ(result.layer, GetParam().decides);
}

INSTANTIATE_TEST_SUITE_P(
    Levels, ScpChainTable,
    testing::Values(
        ScpCase{"all_allow", {kFull, kFull, kFull}},
        ScpCase{
            "a_level_lacks_the_allow", {kFull, kAllowNothing, kFull}, Verdict::DeniesImplicitly, 1},
        ScpCase{
            "a_level_only_denies_something_else", {kFull, kDenyS3}, Verdict::DeniesImplicitly, 1},
        ScpCase{"deny_at_the_account", {kFull, kFull, kDenyAssume}, Verdict::DeniesExplicitly, 2},
        ScpCase{"deny_outranks_a_missing_allow",
                {kAllowNothing, kDenyAssume},
                Verdict::DeniesExplicitly,
                1},
        ScpCase{"narrow_allow", {kFull, kAllowAssume}}),
    case_name<ScpCase>);

TEST(ScpChain, AddsUpTheAllowsOfOneLevel) {
  Policies policies;
  policies.trust(kAnyone).level(Gate::Scp, kFull).level(Gate::Scp, kAllowNothing);
  EXPECT_EQ(policies.evaluate(user_caller()).decision, Decision::Denied);
  policies.add(Gate::Scp, kAllowAssume);
  EXPECT_EQ(policies.evaluate(user_caller()).decision, Decision::Allowed);
  policies.add(Gate::Scp, kDenySts);
  EXPECT_EQ(policies.evaluate(user_caller()).at(Gate::Scp).verdict, Verdict::DeniesExplicitly);
}

TEST(RcpChain, NeverDeniesImplicitly) {
  Policies policies;
  policies.trust(kAnyone)
      .level(Gate::Rcp, R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})")
      .empty(Gate::Rcp);
  EXPECT_EQ(policies.evaluate(user_caller()).at(Gate::Rcp).verdict, Verdict::Allows);
}

TEST(RcpChain, LocksOutFederationByAnOrganizationCondition) {
  Policies policies;
  policies.trust(R"({"Federated":"arn:aws:iam::444455556666:saml-provider/corp"})")
      .level(Gate::Rcp, R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*",
          "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}}})");
  EXPECT_EQ(policies.evaluate(saml_caller()).at(Gate::Rcp).verdict, Verdict::DeniesExplicitly);
}

TEST(Evaluate, AsksTheEndpointPolicyForBothAllowAndDeny) {
  const std::string_view other =
      R"({"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"*","Resource":"*"})";
  const std::string_view open = R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})";
  Policies policies;
  policies.trust(kAnyone).add(Gate::Vpce, other);
  EXPECT_EQ(policies.evaluate(user_caller()).at(Gate::Vpce).verdict, Verdict::DeniesImplicitly);
  policies.add(Gate::Vpce, open);
  EXPECT_EQ(policies.evaluate(user_caller()).at(Gate::Vpce).verdict, Verdict::Allows);
}

TEST(Evaluate, KeepsGatesThatAreNotEvaluatedInTheirState) {
  Policies policies;
  policies.trust(kAnyone)
      .state(Gate::Identity, GateState::NotChecked)
      .state(Gate::Boundary, GateState::Unknown)
      .state(Gate::Scp, GateState::NotChecked);
  const Evaluation evaluation = policies.cross_account().evaluate(user_caller());
  EXPECT_EQ(evaluation.at(Gate::Identity).verdict, Verdict::NotChecked);
  EXPECT_EQ(evaluation.at(Gate::Boundary).verdict, Verdict::Unknown);
  EXPECT_EQ(evaluation.at(Gate::Scp).verdict, Verdict::NotChecked);
  EXPECT_EQ(evaluation.at(Gate::Rcp).verdict, Verdict::NotApplicable);
  EXPECT_EQ(evaluation.decision, Decision::Unknown);
}

TEST(Evaluate, IsUnknownWhereADocumentIsMissingUnlessAnotherDenies) {
  Policies policies;
  policies.trust(kRoot).add(Gate::Identity, kAllowAssume).missing(Gate::Identity);
  const Caller user = user_caller("444455556666");
  EXPECT_EQ(policies.evaluate(user).at(Gate::Identity).verdict, Verdict::Unknown);
  policies.add(Gate::Identity, kDenyAssume);
  EXPECT_EQ(policies.evaluate(user).at(Gate::Identity).verdict, Verdict::DeniesExplicitly);
}

// The document that was not seen may name the caller, which spares it a boundary (E6.2).
TEST(Evaluate, SeesWhatIsMissingBehindADeny) {
  Policies policies;
  policies.trust(kAnyone, "Deny").missing(Gate::Trust).add(Gate::Boundary, kAllowNothing);
  const Evaluation evaluation = policies.evaluate(session_caller("444455556666"));
  EXPECT_EQ(evaluation.at(Gate::Trust).verdict, Verdict::DeniesExplicitly);
  EXPECT_EQ(evaluation.at(Gate::Boundary).verdict, Verdict::Unknown);
}

TEST(Evaluate, DependsOnUnknownKeysWhereTheyDecide) {
  const std::string_view condition = R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})";
  RequestContext context;
  context.set_unknown("aws:SourceIp");
  Policies allow;
  allow.trust(kUser, "Allow", condition);
  const Caller user = user_caller("444455556666");
  EXPECT_EQ(allow.evaluate(user, context).at(Gate::Trust).verdict, Verdict::Depends);
  EXPECT_EQ(allow.evaluate(user, context).decision, Decision::Conditional);
  Policies deny;
  deny.trust(kUser).trust(kAnyone, "Deny", condition);
  EXPECT_EQ(deny.evaluate(user, context).decision, Decision::Conditional);
  Policies certain;
  certain.trust(kUser).trust(kUser, "Allow", condition);
  EXPECT_EQ(certain.evaluate(user, context).decision, Decision::Allowed);
}

TEST(Evaluate, IsUnknownWhereAwsDoesNotSay) {
  Policies policies;
  policies.trust(kAnyone);
  EXPECT_EQ(policies.evaluate(oidc_caller()).decision, Decision::Unknown);
}

TEST(Evaluate, SeesEachSubActionByItself) {
  Policies policies;
  policies.trust(kUser);
  const Caller user = user_caller("444455556666");
  EXPECT_EQ(policies.evaluate(user).decision, Decision::Allowed);
  EXPECT_EQ(policies.evaluate(user, {}, "sts:TagSession").at(Gate::Trust).verdict,
            Verdict::DeniesImplicitly);
}

TEST(DecideGates, TakesTheWorstVerdict) {
  struct Row {
    Verdict verdict{};
    Decision decision{};
  };
  constexpr std::array<Row, 7> kRows = {{{Verdict::Allows, Decision::Allowed},
                                         {Verdict::NotApplicable, Decision::Allowed},
                                         {Verdict::NotChecked, Decision::Allowed},
                                         {Verdict::Depends, Decision::Conditional},
                                         {Verdict::Unknown, Decision::Unknown},
                                         {Verdict::DeniesImplicitly, Decision::Denied},
                                         {Verdict::DeniesExplicitly, Decision::Denied}}};
  for (std::size_t a = 0; a < kRows.size(); ++a) {
    for (std::size_t b = 0; b < kRows.size(); ++b) {
      std::array<GateResult, kGateCount> gates{};
      gates[3].verdict = kRows[a].verdict;
      gates[8].verdict = kRows[b].verdict;
      EXPECT_EQ(decide_gates(gates), kRows[std::max(a, b)].decision) << a << " and " << b;
    }
  }
}

TEST(TraceGate, ListsEveryStatementOfEveryPolicyInOrder) {
  Policies policies;
  policies.level(Gate::Scp, kFull).add(Gate::Scp, kDenyAssume).missing(Gate::Scp);
  policies.level(Gate::Scp, kAllowNothing);
  const Authorization authorization{"sts:AssumeRole", std::string(kRole), {}};
  const GateTrace trace = trace_gate(user_caller(), authorization, policies.set().at(Gate::Scp));
  ASSERT_EQ(trace.statements.size(), 4U);
  EXPECT_EQ(trace.statements[2].layer, 0U);
  EXPECT_EQ(trace.statements[2].policy, 1U);
  EXPECT_EQ(trace.statements[2].statement.statement->index, 1U);
  EXPECT_EQ(trace.statements[2].statement.match.outcome, StatementOutcome::Applies);
  EXPECT_EQ(trace.statements[3].layer, 1U);
  EXPECT_EQ(trace.statements[3].statement.match.outcome, StatementOutcome::ActionMismatch);
}

TEST(Evaluate, AllowsNothingByATrustGateWithoutAnyPolicy) {
  Policies policies;
  policies.state(Gate::Trust, GateState::Evaluate);
  EXPECT_EQ(policies.evaluate(service_caller()).at(Gate::Trust).verdict, Verdict::DeniesImplicitly);
}

}  // namespace
}  // namespace rolecall
