// SPDX-License-Identifier: Apache-2.0
// Calls of one caller to many roles, which share what does not hang on the role, against calls that
// are opened by themselves.
#include "reach/target_calls.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/walk.h"

#include "reach/call_solver.h"
#include "reach/open_call.h"
#include "reach/random_estate.h"
#include "reach/walk_index.h"

namespace rolecall {
namespace {

constexpr std::uint64_t kEstates = 200;

Estate make_estate(std::uint64_t seed) {
  Estate estate;
  Diagnostics ignored;
  for (const auto& [name, text] : random::make_estate(seed).files) {
    load_estate_text(name, text, estate, ignored);
  }
  return estate;
}

// ---- Calls of one caller to many roles --------------------------------------------------------

struct Decided {
  ExactResiduals exact{};
  bool refused = false;
  std::vector<Gate> not_checked{};

  friend bool operator==(const Decided&, const Decided&) = default;
};

Decided decided(const OpenCall& call, const SolvedCall& solved) {
  return {solved.exact, call.refused, call.not_checked};
}

// By accounts and trust policies, and then back.
std::vector<WalkIndex::RoleId> in_order(const WalkIndex& index) {
  std::vector<WalkIndex::RoleId> roles;
  for (WalkIndex::RoleId id = 0; id < index.size(); ++id) roles.push_back(id);
  std::stable_sort(roles.begin(), roles.end(), [&](auto a, auto b) {
    const auto key = [&](auto id) {
      return std::pair(index.target(id).account->id, index.target(id).trust);
    };
    return key(a) < key(b);
  });
  std::vector<WalkIndex::RoleId> back(roles.rbegin(), roles.rend());
  roles.insert(roles.end(), back.begin(), back.end());
  return roles;
}

TEST(TargetCalls, ACallToOneRoleAfterTheOtherIsDecidedAsAlone) {
  std::size_t shared = 0;
  std::size_t alone = 0;
  for (std::uint64_t seed = 0; seed < kEstates; ++seed) {
    const Estate estate = make_estate(seed);
    const WalkIndex index(estate);
    ResidualTable table;
    RoleReading reading(estate);
    const auto principals = random::make_principals();
    for (std::size_t i = seed % 3; i < principals.size(); i += 3) {
      AssumeRequest request;
      request.principal = principals[i];
      const auto resolve = [&](const Account& account) {
        ResolvedCaller caller =
            resolve_caller(estate, principals[i], account.partition, account.id);
        add_service_names(request, caller.caller);
        return caller;
      };
      const bool federated = principals[i].kind == RequestPrincipal::Kind::Federated;
      request.action = federated ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole";
      if (seed % 4 == 0) request.inherited_transitive_tags = {{"team", "a"}};
      const bool member = principals[i].kind == RequestPrincipal::Kind::Arn && seed % 2 == 0;
      const Opening opening = member ? Opening::Members : Opening::Nothing;
      TargetCalls calls(estate, table, reading, request, resolve, opening);
      std::size_t answers = 0;
      for (const WalkIndex::RoleId id : in_order(index)) {
        const WalkIndex::Target& target = index.target(id);
        calls.decide(target, *index.trust(target.trust).policy);
        const CallOpener opener(estate, *target.role, *target.account);
        OpenCall call;
        call.request = request;
        call.request.role = target.role->arn;
        opener.open(request.principal, resolve(*target.account), request.action, opening, call);
        const SolvedCall solved = CallSolver(table).solve(opener, call);
        ASSERT_EQ(decided(calls.call(), calls.solved()), decided(call, solved))
            << "estate " << seed << ": " << principals[i].name << " to " << target.role->arn;
        ASSERT_EQ(calls.call().request.role, target.role->arn);
        ++(std::exchange(answers, calls.answer()) == calls.answer() ? shared : alone);
      }
    }
  }
  EXPECT_GT(shared, kEstates);
  EXPECT_GT(alone, shared);
}

// ---- What tells them apart all the same -------------------------------------------------------

struct SomeRole {
  std::string_view name{};
  std::string_view trusts{};
  std::string_view team{};  // Its tag; empty: none.
  std::string_view asks{};  // The condition under which it may ask for roles; empty: never.
  std::string_view trust_condition = "{}";
};

// Which of the roles of one account user `ann` reaches, who has no policies.
std::vector<std::string> reached_by_ann(const std::vector<SomeRole>& roles) {
  std::string text = R"({"GroupDetailList":[],"Policies":[],"UserDetailList":[{"UserName":"ann",)"
                     R"("Arn":"arn:aws:iam::111122223333:user/ann"}],"RoleDetailList":[)";
  for (const SomeRole& each : roles) {
    const std::string tag = fmt::format(R"({{"Key":"team","Value":"{}"}})", each.team);
    const std::string policy = fmt::format(
        R"({{"PolicyName":"ask","PolicyDocument":{{"Version":"2012-10-17","Statement":{{)"
        R"("Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{}}}}}}})",
        each.asks);
    text += fmt::format(
        R"({}{{"RoleName":"{}","Arn":"arn:aws:iam::111122223333:role/{}","Tags":[{}],)"
        R"("RolePolicyList":[{}],"AssumeRolePolicyDocument":{{"Version":"2012-10-17",)"
        R"("Statement":{{"Effect":"Allow","Principal":{{"AWS":"{}"}},)"
        R"("Action":"sts:AssumeRole","Condition":{}}}}}}})",
        text.back() == '[' ? "" : ",", each.name, each.name, each.team.empty() ? "" : tag,
        each.asks.empty() ? "" : policy, each.trusts, each.trust_condition);
  }
  Estate estate;
  Diagnostics ignored;
  load_estate_text("111122223333.json", text + "]}", estate, ignored);
  const WhoIndex index(estate);
  const ReachAnswer answer =
      find_reach(index, *WalkStart::parse("arn:aws:iam::111122223333:user/ann"));
  std::vector<std::string> names;
  for (const std::size_t at : answer.roles) names.emplace_back(answer.sessions[at].hop.role->name);
  return names;
}

using Names = std::vector<std::string>;
constexpr std::string_view kAnn = "arn:aws:iam::111122223333:user/ann";
constexpr std::string_view kAccount = "111122223333";

TEST(TargetCalls, EachOfRolesThatAreAlikeAsksWithItsOwnTags) {
  constexpr std::string_view kTeam = R"({"StringEquals":{"aws:PrincipalTag/team":"a"}})";
  EXPECT_EQ(reached_by_ann({{"one", kAnn, "", kTeam}, {"two", kAnn, "a", kTeam}, {"z", kAccount}}),
            (Names{"one", "two", "z"}));
  EXPECT_EQ(reached_by_ann({{"one", kAnn, "", kTeam}, {"two", kAnn, "b", kTeam}, {"z", kAccount}}),
            (Names{"one", "two"}));
  // The trust policy asks.
  EXPECT_EQ(
      reached_by_ann(
          {{"one", kAnn, "", "{}"}, {"two", kAnn, "a", "{}"}, {"z", kAccount, "", "", kTeam}}),
      (Names{"one", "two", "z"}));
}

TEST(TargetCalls, RolesOfOneTrustPolicyAreAskedForWithTheirOwnTags) {
  constexpr std::string_view kTeam = R"({"StringEquals":{"aws:ResourceTag/team":"a"}})";
  EXPECT_EQ(reached_by_ann({{"one", kAnn, "", kTeam}, {"x", kAccount}, {"y", kAccount, "a"}}),
            (Names{"one", "y"}));
  EXPECT_EQ(
      reached_by_ann(
          {{"x", kAnn, "", "", kTeam}, {"y", kAnn, "a", "", kTeam}, {"z", kAnn, "b", "", kTeam}}),
      Names{"y"});
}

}  // namespace
}  // namespace rolecall
