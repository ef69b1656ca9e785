// SPDX-License-Identifier: Apache-2.0
// What tells sessions apart that ask for roles together, and roles that share a call.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/iam/arn.h"
#include "rolecall/reach/walk.h"

#include "reach/formula_difference.h"
#include "reach/target_calls.h"
#include "reach/walk_index.h"

namespace rolecall {
namespace {

constexpr std::string_view kHere = "111122223333";
constexpr std::string_view kThere = "444455556666";
constexpr std::string_view kBeside = "555566667777";
constexpr std::string_view kAnn = "arn:aws:iam::111122223333:user/ann";
constexpr std::string_view kAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

std::string document(std::string_view statements) {
  return fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", statements);
}

struct SomeRole {
  std::string_view account{};
  std::string_view name{};
  std::string_view trusts{};
  std::string_view condition = "{}";  // Of its trust policy.
  std::string_view own{};             // Statements of its own policy; empty: none.
  std::string_view team{};            // Its tag; empty: none.
  std::string_view policy_name = "own";
  std::string_view action = "sts:AssumeRole";  // That its trust policy allows.
};

std::string role_json(const SomeRole& role) {
  const std::string trust = document(fmt::format(R"({{"Effect":"Allow","Principal":{{"AWS":"{}"}},)"
                                                 R"("Action":"{}","Condition":{}}})",
                                                 role.trusts, role.action, role.condition));
  const std::string own = role.own.empty()
                              ? std::string()
                              : fmt::format(R"({{"PolicyName":"{}","PolicyDocument":{}}})",
                                            role.policy_name, document(role.own));
  const std::string tag = role.team.empty()
                              ? std::string()
                              : fmt::format(R"({{"Key":"team","Value":"{}"}})", role.team);
  return fmt::format(
      R"({{"RoleName":"{}","Arn":"arn:aws:iam::{}:role/{}","Tags":[{}],"RolePolicyList":[{}],)"
      R"("AssumeRolePolicyDocument":{}}})",
      role.name, role.account, role.name, tag, own, trust);
}

// Of the organization: the service control policy of kHere, and the resource control policy of
// kThere.
struct Above {
  std::string_view scp = kAll;
  std::string_view rcp{};
};

std::string organization_json(const Above& above) {
  const auto policy = [](std::string_view id, std::string_view type, std::string_view statements) {
    return fmt::format(R"({{"PolicySummary":{{"Id":"{}","Name":"{}","Type":"{}"}},"Content":{}}})",
                       id, id, type, document(statements));
  };
  const std::string rcp = above.rcp.empty()
                              ? std::string()
                              : "," + policy("p-rcp", "RESOURCE_CONTROL_POLICY", above.rcp);
  return fmt::format(
      R"({{"Organization":{{"Id":"o-abc","MasterAccountId":"999988887777"}},"Roots":[{{"Id":"r-1",)"
      R"("Name":"Root","PolicyTypes":[{{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}},)"
      R"({{"Type":"RESOURCE_CONTROL_POLICY","Status":"ENABLED"}}]}}],"OrganizationalUnits":[],)"
      R"("Accounts":[{{"Id":"{}","Name":"a","ParentId":"r-1"}},{{"Id":"{}","Name":"b",)"
      R"("ParentId":"r-1"}},{{"Id":"{}","Name":"c","ParentId":"r-1"}}],"Policies":[{},{}{}],)"
      R"("Targets":[{{"PolicyId":"p-full","TargetId":"r-1"}},)"
      R"({{"PolicyId":"p-full","TargetId":"{}"}},{{"PolicyId":"p-full","TargetId":"{}"}},)"
      R"({{"PolicyId":"p-scp","TargetId":"{}"}}{}]}})",
      kHere, kThere, kBeside, policy("p-full", "SERVICE_CONTROL_POLICY", kAll),
      policy("p-scp", "SERVICE_CONTROL_POLICY", above.scp), rcp, kThere, kBeside, kHere,
      rcp.empty() ? std::string()
                  : fmt::format(R"(,{{"PolicyId":"p-rcp","TargetId":"{}"}})", kThere));
}

Estate make_estate(const std::vector<SomeRole>& roles, const Above* above = nullptr) {
  Estate estate;
  Diagnostics ignored;
  for (const std::string_view account : {kHere, kThere, kBeside}) {
    std::vector<std::string> own;
    for (const SomeRole& each : roles) {
      if (each.account == account) own.push_back(role_json(each));
    }
    const std::string user = account != kHere
                                 ? std::string()
                                 : fmt::format(R"({{"UserName":"ann","Arn":"{}","UserPolicyList":)"
                                               R"([{{"PolicyName":"all","PolicyDocument":{}}}]}})",
                                               kAnn, document(kAll));
    const std::string text = fmt::format(
        R"({{"GroupDetailList":[],"Policies":[],"UserDetailList":[{}],"RoleDetailList":[{}]}})",
        user, fmt::join(own, ","));
    load_estate_text(fmt::format("{}.json", account), text, estate, ignored);
  }
  if (above != nullptr) {
    load_estate_text("organization.json", organization_json(*above), estate, ignored);
  }
  return estate;
}

using Names = std::vector<std::string>;

// Whom ann reaches, which is the same when each asks for itself.
Names reached(const std::vector<SomeRole>& roles, const Above* above = nullptr) {
  const Estate estate = make_estate(roles, above);
  const WhoIndex index(estate);
  const auto names = [&](bool by_class) {
    WalkLimits limits;
    limits.by_class = by_class;
    const ReachAnswer answer = find_reach(index, *WalkStart::parse(kAnn), limits);
    Names found;
    for (const std::size_t at : answer.roles) {
      found.emplace_back(answer.sessions[at].hop.role->name);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  Names found = names(true);
  EXPECT_EQ(found, names(false));
  return found;
}

constexpr std::string_view kTeamIsA = R"({"StringEquals":{"aws:PrincipalTag/team":"a"}})";
constexpr std::string_view kIsTwo = R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/two"}})";

constexpr std::string_view kIsNobody =
    R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/nobody"}})";

TEST(WalkClasses, TrustPoliciesTellApartWhoAsks) {
  for (const std::string_view condition : {kTeamIsA, kIsTwo}) {
    const SomeRole one{kHere, "one", kAnn, "{}", kAll};
    const SomeRole two{kHere, "two", kAnn, "{}", kAll, "a"};
    for (const std::string_view trusts : {kHere, std::string_view("*")}) {
      const SomeRole far{kThere, "far", trusts, condition};
      EXPECT_EQ(reached({one, two, far}), (Names{"far", "one", "two"}));
      EXPECT_EQ(reached({one, far}), Names{"one"});
    }
  }
  constexpr std::string_view kTwo = "arn:aws:iam::111122223333:role/two";
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kAll}, {kThere, "far", kTwo}}), Names{"one"});
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kAll},
                     {kHere, "two", kAnn, "{}", kAll},
                     {kThere, "far", kTwo}}),
            (Names{"far", "one", "two"}));
}

TEST(WalkClasses, SoDoServiceControlPolicies) {
  constexpr std::string_view kOnlyTwo =
      R"({"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"sts:*",)"
      R"("Resource":"arn:aws:iam::*:role/far","Condition":{"ArnNotLike":{"aws:PrincipalArn":)"
      R"("arn:aws:iam::*:role/two"}}})";
  const Above above{.scp = kOnlyTwo};
  const SomeRole far{kThere, "far", kHere};
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kAll}, far}, &above), Names{"one"});
  EXPECT_EQ(
      reached({{kHere, "one", kAnn, "{}", kAll}, {kHere, "two", kAnn, "{}", kAll}, far}, &above),
      (Names{"far", "one", "two"}));
}

TEST(WalkClasses, ASessionThatIsNamedIsLikeNoOther) {
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kAll},
                     {kHere, "two", kAnn, "{}", kAll},
                     {kThere, "far", "arn:aws:sts::111122223333:assumed-role/two/s1"},
                     {kThere, "near", kHere}}),
            (Names{"far", "near", "one", "two"}));
}

// All sessions of roles are alike to it.
TEST(WalkClasses, NoSessionOfARoleHasAUserName) {
  const SomeRole one{kHere, "one", kAnn, "{}", kAll};
  const SomeRole two{kHere, "two", kAnn, "{}", kAll, "a"};
  constexpr std::string_view kIsOne = R"({"StringEquals":{"aws:username":"one"}})";
  EXPECT_EQ(reached({one, two, {kThere, "far", kHere, kIsOne}}), (Names{"one", "two"}));
  constexpr std::string_view kIsNotAnn = R"({"StringNotEquals":{"aws:username":"ann"}})";
  EXPECT_EQ(reached({one, two, {kThere, "far", kHere, kIsNotAnn}}), (Names{"far", "one", "two"}));
}

TEST(WalkClasses, WhatOtherCallsAskForTellsNoSessionsApart) {
  constexpr std::string_view kTagged = R"({"StringEquals":{"aws:RequestTag/cost":["1","2"]}})";
  const auto sessions = [&](std::string_view action) {
    const std::string own =
        fmt::format(R"({{"Effect":"Allow","Action":"{}","Resource":"*","Condition":)"
                    R"({{"StringEquals":{{"aws:PrincipalTag/cost":"1"}}}}}})",
                    action);
    const Estate estate = make_estate({{kHere, "one", kAnn, kTagged, own, "", "own", "sts:*"}});
    return find_reach(estate, *WalkStart::parse(kAnn)).sessions.size();
  };
  EXPECT_EQ(sessions("s3:GetObject"), 1U);
  EXPECT_GT(sessions("sts:AssumeRole"), 1U);
}

TEST(WalkClasses, RolesOfOtherAccountsHaveTheirOwnResourceControlPolicies) {
  constexpr std::string_view kDeny =
      R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"})";
  const Above above{.rcp = kDeny};
  EXPECT_EQ(reached({{kThere, "x", kHere}, {kBeside, "y", kHere}}, &above), Names{"y"});
}

TEST(WalkClasses, RolesOfOtherAccountsAreAskedForWithTheirOwnKeys) {
  constexpr std::string_view kThatAccount =
      R"({"StringEquals":{"aws:ResourceAccount":"444455556666"}})";
  EXPECT_EQ(reached({{kThere, "x", kHere, kThatAccount}, {kBeside, "y", kHere, kThatAccount}}),
            Names{"x"});
  EXPECT_EQ(reached({{kBeside, "x", kHere}, {kThere, "y", kHere, kThatAccount}}),
            (Names{"x", "y"}));
  constexpr std::string_view kAskThere =
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":)"
      R"({"StringEquals":{"aws:ResourceAccount":"444455556666"}}})";
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kAskThere},
                     {kThere, "x", "arn:aws:iam::111122223333:role/one"},
                     {kBeside, "y", "arn:aws:iam::111122223333:role/one"}}),
            (Names{"one", "x"}));
}

TEST(WalkClasses, TagsThatAreComparedWithThoseOfTheRoleTellThemApart) {
  const Above above{.rcp = R"({"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*",)"
                           R"("Condition":{"StringNotEquals":)"
                           R"({"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}})"};
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kAll, "a"},
                     {kHere, "two", kAnn, "{}", kAll, "b"},
                     {kThere, "x", kHere, "{}", "", "a"},
                     {kThere, "y", kHere, "{}", "", "b"},
                     {kThere, "z", kHere, "{}", "", "c"}},
                    &above),
            (Names{"one", "two", "x", "y"}));
}

TEST(WalkClasses, ATagThatNoPolicyNamesIsTriedWhereADenySparesIt) {
  const auto with = [](std::string_view condition) {
    return fmt::format(R"({{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole",)"
                       R"("Resource":"*","Condition":{}}})",
                       condition);
  };
  for (const std::string_view condition :
       {R"({"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}})",
        R"({"StringEqualsIfExists":{"aws:RequestTag/team":["a","b"]}})"}) {
    const std::string rcp = with(condition);
    const Above above{.rcp = rcp};
    const SomeRole target{kThere, "x", kHere, "{}", "", "", "own", "sts:*"};
    EXPECT_EQ(reached({target}, &above), (Names{"x"})) << condition;
    const SomeRole takes_none{kThere, "x", kHere};
    EXPECT_EQ(reached({takes_none}, &above), Names()) << condition;
  }
}

// They share the calls of their account.
TEST(WalkClasses, EachAsksByItsOwnPolicies) {
  constexpr std::string_view kSessions = R"({"StringEquals":{"aws:PrincipalType":"AssumedRole"}})";
  constexpr std::string_view kToThere =
      R"({"Effect":"Allow","Action":"sts:*","Resource":"*","Condition":)"
      R"({"StringEquals":{"aws:ResourceAccount":"444455556666"}}})";
  constexpr std::string_view kToX =
      R"({"Effect":"Allow","Action":"sts:*","Resource":"arn:aws:iam::*:role/x*"})";
  constexpr std::string_view kToAllButB =
      R"({"Effect":"Allow","Action":"sts:*","Resource":"*"},)"
      R"({"Effect":"Deny","Action":"sts:*","Resource":"arn:aws:iam::*:role/b*"})";
  constexpr std::string_view kToItsTeam =
      R"({"Effect":"Allow","Action":"sts:*",)"
      R"("Resource":"arn:aws:iam::*:role/${aws:PrincipalTag/team}"})";
  const std::vector<SomeRole> targets = {{kThere, "b1", kHere, kSessions},
                                         {kThere, "x1", kHere, kSessions},
                                         {kBeside, "b2", kHere, kSessions},
                                         {kBeside, "c2", kHere, kSessions},
                                         {kBeside, "x2", kHere, kSessions}};
  const std::vector<std::pair<std::string_view, Names>> classes = {{kToThere, {"b1", "x1"}},
                                                                   {kToX, {"x1", "x2"}},
                                                                   {kToAllButB, {"c2", "x1", "x2"}},
                                                                   {kToItsTeam, {"b2"}}};
  for (const auto& [one, by_one] : classes) {
    for (const auto& [two, by_two] : classes) {
      std::vector<SomeRole> roles = targets;
      roles.push_back({kHere, "one", kAnn, "{}", one, "b2"});
      roles.push_back({kHere, "two", kAnn, "{}", two, "b2"});
      std::set<std::string> expected = {"one", "two"};
      expected.insert(by_one.begin(), by_one.end());
      expected.insert(by_two.begin(), by_two.end());
      EXPECT_EQ(reached(roles), Names(expected.begin(), expected.end())) << one << '\n' << two;
    }
  }
}

// Contexts of sub-actions are made when a trust policy first asks for them.
TEST(WalkClasses, ACallThatServedAnotherAccountHasNoKeysOfIt) {
  constexpr std::string_view kThatAccount =
      R"({"StringEquals":{"aws:ResourceAccount":"444455556666"}})";
  const Estate estate = make_estate({{kThere, "b1", kHere},
                                     {kThere, "b2", kHere, kThatAccount, "", "", "own", "sts:*"},
                                     {kBeside, "c", kHere, "{}", "", "", "own", "sts:*"}});
  const WalkIndex index(estate);
  ResidualTable table;
  RoleReading reading(estate);
  AssumeRequest request;
  request.principal = RequestPrincipal::arn(kAnn);
  request.action = "sts:AssumeRole";
  const auto resolve = [&](const Account& account) {
    return resolve_caller(estate, request.principal, account.partition, account.id);
  };
  const auto exact = [&](const std::vector<std::string_view>& roles) {
    TargetCalls calls(estate, table, reading, request, resolve, Opening::Nothing);
    for (const std::string_view arn : roles) {
      const auto id = index.find(*estate.find_role(arn), *estate.find_account(arn.substr(13, 12)));
      const WalkIndex::Target& target = index.target(*id);
      calls.decide(target, *index.trust(target.trust).policy);
    }
    return calls.solved().exact;
  };
  constexpr std::string_view kB1 = "arn:aws:iam::444455556666:role/b1";
  constexpr std::string_view kB2 = "arn:aws:iam::444455556666:role/b2";
  constexpr std::string_view kC = "arn:aws:iam::555566667777:role/c";
  EXPECT_NE(exact({kB2})[1], ResidualTable::kNever);
  EXPECT_EQ(exact({kB1, kC, kB2}), exact({kB2}));
}

TEST(WalkClasses, PatternsOfPoliciesTellRolesApart) {
  constexpr std::string_view kSome =
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/x*"})";
  constexpr std::string_view kOne = "arn:aws:iam::111122223333:role/one";
  EXPECT_EQ(reached({{kHere, "one", kAnn, "{}", kSome},
                     {kThere, "x1", kOne},
                     {kThere, "y1", kOne},
                     {kBeside, "x2", kOne},
                     {kBeside, "y2", kOne}}),
            (Names{"one", "x1", "x2"}));
}

// Whatever is not known of each.
TEST(WalkClasses, EveryPathIsFound) {
  constexpr std::string_view kAsk = R"({"Effect":"Allow","Action":"sts:*","Resource":"*"})";
  std::vector<SomeRole> roles;
  for (const std::string_view name : {"a", "b", "c"}) {
    roles.push_back({kHere, name, kHere, kIsNobody, kAsk});
  }
  const Estate estate = make_estate(roles);
  const Role* const to = estate.find_role("arn:aws:iam::111122223333:role/c");
  ASSERT_NE(to, nullptr);
  const WhoIndex index(estate);
  for (const bool by_class : {true, false}) {
    WalkLimits limits;
    limits.by_class = by_class;
    const PathAnswer answer = find_paths(index, *WalkStart::parse(kAnn), *to, true, limits);
    EXPECT_EQ(answer.paths.size(), 5U);  // c; a c, b c; a b c, b a c.
  }
}

// Why a call cannot be told is said with the names of who asks.
TEST(WalkClasses, WhatIsNotKnownIsSaidOfWhoAsks) {
  constexpr std::string_view kFaulty =
      R"({"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},{"Effect":"Perhaps"})";
  const Estate estate = make_estate({{kHere, "one", kAnn, "{}", kFaulty, "", "first"},
                                     {kHere, "two", kAnn, "{}", kFaulty, "", "second"},
                                     {kThere, "far", kHere, kIsTwo},
                                     {kThere, "near", kHere}});
  const WhoIndex index(estate);
  const Role* const near = estate.find_role("arn:aws:iam::444455556666:role/near");
  ASSERT_NE(near, nullptr);
  const auto told = [&](bool by_class) {
    WalkLimits limits;
    limits.by_class = by_class;
    const PathAnswer answer = find_paths(index, *WalkStart::parse(kAnn), *near, true, limits);
    Names all;
    for (const std::vector<Hop>& path : answer.paths) {
      for (const Hop& hop : path) {
        all.push_back(fmt::format("{} {}", hop.role->name,
                                  formula_text(answer.reach.residuals, hop.condition)));
      }
    }
    return all;
  };
  EXPECT_EQ(told(true), told(false));
  const auto says = [&](std::string_view name) {
    const Names all = told(true);
    return std::any_of(all.begin(), all.end(), [&](const std::string& each) {
      return each.find(name) != std::string::npos;
    });
  };
  EXPECT_TRUE(says("`first ("));
  EXPECT_TRUE(says("`second ("));
}

}  // namespace
}  // namespace rolecall
