// SPDX-License-Identifier: Apache-2.0
#include "rolecall/reach/walk.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/chains.h"

namespace rolecall {
namespace {

std::string arn_of(std::string_view role) {
  return fmt::format("arn:aws:iam::111122223333:role/{}", role);
}

std::string allow(std::string_view principal, std::string_view action = R"("sts:*")",
                  std::string_view condition = "{}") {
  return fmt::format(
      R"({{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":{},"Condition":{}}})", principal,
      action, condition);
}

// Roles of one account, each with its trust statement, and user `ann` without policies.
class Small {
 public:
  explicit Small(const std::vector<std::pair<std::string, std::string>>& roles) {
    std::string text = R"({"GroupDetailList":[],"Policies":[],"UserDetailList":[{"UserName":"ann",)"
                       R"("Arn":"arn:aws:iam::111122223333:user/ann"}],"RoleDetailList":[)";
    for (const auto& [name, trust] : roles) {
      text += fmt::format(R"({}{{"RoleName":"{}","Arn":"{}","AssumeRolePolicyDocument":)"
                          R"({{"Version":"2012-10-17","Statement":{}}}}})",
                          text.back() == '[' ? "" : ",", name, arn_of(name), trust);
    }
    Diagnostics ignored;
    load_estate_text("111122223333.json", text + "]}", estate, ignored);
  }
  // The names of the roles of the shortest way, with what each call has to pass.
  std::vector<std::string> path(std::string_view to) const {
    const PathAnswer answer =
        find_paths(estate, *WalkStart::parse(kAnn), *estate.find_role(arn_of(to)), false);
    std::vector<std::string> names;
    if (answer.paths.empty()) return names;
    for (const Hop& hop : answer.paths[0]) {
      std::string name(hop.role->name);
      if (!hop.choice.session_name.empty()) name += " as " + hop.choice.session_name;
      for (const NamedValue& tag : hop.choice.tags) {
        name += fmt::format("{}{}={}", hop.choice.transitive ? " transitive " : " ", tag.first,
                            tag.second);
      }
      if (!hop.choice.source_identity.empty()) name += " by " + hop.choice.source_identity;
      names.push_back(std::move(name));
    }
    return names;
  }

  static constexpr std::string_view kAnn = "arn:aws:iam::111122223333:user/ann";
  Estate estate{};
};

using Names = std::vector<std::string>;

TEST(Walk, GoesOverRoles) {
  const Small small(
      {{"a", allow(Small::kAnn)}, {"b", allow(arn_of("a"))}, {"c", allow(arn_of("b"))}});
  EXPECT_EQ(small.path("c"), (Names{"a", "b", "c"}));
}

TEST(Walk, HasNoMfaBehindTheFirstCall) {
  constexpr std::string_view kMfa = R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})";
  const Small small({{"a", allow(Small::kAnn, R"("sts:AssumeRole")", kMfa)},
                     {"b", allow(arn_of("a"), R"("sts:AssumeRole")", kMfa)}});
  EXPECT_EQ(small.path("a"), Names{"a"});
  EXPECT_EQ(small.path("b"), Names{});
}

TEST(Walk, ChoosesTheSessionNameThatALaterRoleTrusts) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow("arn:aws:sts::111122223333:assumed-role/a/release")}});
  EXPECT_EQ(small.path("b"), (Names{"a as release", "b"}));
}

TEST(Walk, ASessionNameThatIsRefusedHelpsNobody) {
  const Small small({{"a", allow(Small::kAnn, R"("sts:*")",
                                 R"({"StringEquals":{"sts:RoleSessionName":"other"}})")},
                     {"b", allow("arn:aws:sts::111122223333:assumed-role/a/release")}});
  EXPECT_EQ(small.path("a"), Names{"a as other"});
  EXPECT_EQ(small.path("b"), Names{});
}

TEST(Walk, PassesTagsForALaterRole) {
  constexpr std::string_view kTeam = R"({"StringEquals":{"aws:PrincipalTag/team":"x"}})";
  const Small one({{"a", allow(Small::kAnn)}, {"b", allow(arn_of("a"), R"("sts:*")", kTeam)}});
  EXPECT_EQ(one.path("b"), (Names{"a team=x", "b"}));
  // Over two calls they have to be transitive, and every role must allow sts:TagSession.
  const Small two({{"a", allow(Small::kAnn)},
                   {"b", allow(arn_of("a"))},
                   {"c", allow(arn_of("b"), R"("sts:*")", kTeam)}});
  EXPECT_EQ(two.path("c").size(), 3U);
  const Small three({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"), R"("sts:AssumeRole")")},
                     {"c", allow(arn_of("b"), R"("sts:*")", kTeam)}});
  EXPECT_EQ(three.path("c"), Names{});
}

TEST(Walk, KeepsASourceIdentityToTheEnd) {
  constexpr std::string_view kAnnOnly = R"({"StringEquals":{"sts:SourceIdentity":"ann"}})";
  const Small small({{"a", allow(Small::kAnn, R"("sts:*")", kAnnOnly)},
                     {"b", allow(arn_of("a"))},
                     {"c", allow(arn_of("a"), R"("sts:AssumeRole")")}});
  EXPECT_EQ(small.path("b"), (Names{"a by ann", "b"}));
  EXPECT_EQ(small.path("c"), Names{});  // sts:SetSourceIdentity is not allowed.
}

TEST(Walk, SaysWhichCallComesNearest) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"), R"("sts:AssumeRole")",
                                 R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})")}});
  const PathAnswer answer = find_paths(small.estate, *WalkStart::parse(Small::kAnn),
                                       *small.estate.find_role(arn_of("b")), false);
  ASSERT_TRUE(answer.nearest.has_value());
  EXPECT_EQ(answer.nearest->refuse, std::vector<Gate>{Gate::Trust});
}

TEST(Walk, ATokenIsThatOfTheProviderOfTheRolesAccount) {
  const Small small({{"a", R"({"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
    "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/ID.example.com/pool"}})"},
                     {"b", allow(arn_of("a"))}});
  const auto reached = [&](std::string_view start) {
    return find_reach(small.estate, *WalkStart::parse(start)).sessions.size();
  };
  EXPECT_EQ(reached("oidc:id.example.com/pool"), 2U);
  EXPECT_EQ(reached("oidc:id.example.com/pool:somebody"), 2U);
  EXPECT_EQ(reached("arn:aws:iam::111122223333:oidc-provider/id.example.com/pool"), 2U);
  EXPECT_EQ(reached("oidc:id.example.com/Pool"), 0U);
  EXPECT_EQ(reached("oidc:id.example.com"), 0U);
}

// `a` has no trust policy in the estate.
TEST(Walk, ATrustPolicyThatIsNotKnownMayLetAnybodyIn) {
  Small small({{"b", allow(arn_of("a"))}});
  Diagnostics ignored;
  load_estate_text("a.json", R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],
    "RoleDetailList":[{"RoleName":"a","Arn":"arn:aws:iam::111122223333:role/a"}]})",
                   small.estate, ignored);
  for (const std::string_view start :
       {Small::kAnn, std::string_view("service:lambda.amazonaws.com")}) {
    const ReachAnswer reach = find_reach(small.estate, *WalkStart::parse(start));
    ASSERT_EQ(reach.roles.size(), 2U) << start;
    EXPECT_TRUE(reach.sessions[0].unknown);
    EXPECT_TRUE(reach.sessions[1].unknown);
    for (const std::string_view to : {"a", "b"}) {
      const PathAnswer path = find_paths(small.estate, *WalkStart::parse(start),
                                         *small.estate.find_role(arn_of(to)), /*all=*/false);
      ASSERT_EQ(path.paths.size(), 1U) << start << " to " << to;
      EXPECT_TRUE(path.paths[0][0].unknown);
    }
  }
}

TEST(Walk, SaysThatLongerWaysWereLeftOut) {
  const Small small(
      {{"a", allow(Small::kAnn)}, {"b", allow(arn_of("a"))}, {"c", allow(arn_of("b"))}});
  const WhoIndex index(small.estate);
  const WalkStart ann = *WalkStart::parse(Small::kAnn);
  const auto gaps = [&](std::string_view to, std::size_t hops, std::size_t few_calls) {
    WalkLimits limits;
    limits.max_hops = hops;
    limits.few_calls = few_calls;
    const PathAnswer path =
        find_paths(index, ann, *small.estate.find_role(arn_of(to)), /*all=*/false, limits);
    return path.paths.empty() ? path.reach.gaps.size() : 99;
  };
  for (const std::size_t few_calls : {0U, 100U}) {
    EXPECT_EQ(gaps("c", 2, few_calls), 1U);
    EXPECT_EQ(gaps("c", 1, few_calls), 1U);
    EXPECT_EQ(gaps("c", 3, few_calls), 99U);
  }
  WalkLimits limits;
  limits.max_hops = 2;
  EXPECT_EQ(find_reach(index, ann, limits).gaps.size(), 1U);
  EXPECT_EQ(find_chains(index, *small.estate.find_role(arn_of("c")), limits).gaps.size(), 1U);
  limits.max_hops = 3;  // `c` can go nowhere.
  EXPECT_TRUE(find_reach(index, ann, limits).gaps.empty());
  limits.max_hops = 4;
  EXPECT_TRUE(find_reach(index, ann, limits).gaps.empty());
  EXPECT_TRUE(find_chains(index, *small.estate.find_role(arn_of("c")), limits).gaps.empty());
}

TEST(Walk, NoLongerWayIsLeftOutToARoleThatNobodyLeadsTo) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"))},
                     {"c", allow(arn_of("b"))},
                     {"apart", allow("arn:aws:iam::444455556666:role/x")}});
  const WhoIndex index(small.estate);
  WalkLimits limits;
  limits.max_hops = 1;
  for (const std::size_t few_calls : {0U, 100U}) {
    limits.few_calls = few_calls;
    const PathAnswer path = find_paths(index, *WalkStart::parse(Small::kAnn),
                                       *small.estate.find_role(arn_of("apart")), false, limits);
    EXPECT_TRUE(path.paths.empty());
    EXPECT_TRUE(path.reach.gaps.empty());
  }
}

TEST(Walk, ListsEveryWayOnce) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", fmt::format("[{},{}]", allow(arn_of("a")), allow(Small::kAnn))},
                     {"c", fmt::format("[{},{}]", allow(arn_of("a")), allow(arn_of("b")))}});
  const PathAnswer answer = find_paths(small.estate, *WalkStart::parse(Small::kAnn),
                                       *small.estate.find_role(arn_of("c")), true);
  ASSERT_EQ(answer.paths.size(), 3U);
  EXPECT_EQ(answer.paths[0].size(), 2U);
  EXPECT_EQ(answer.paths[2].size(), 3U);
  EXPECT_FALSE(answer.more);
}

TEST(Walk, TellsTheWayThatWasFoundWhenTheSearchForOthersEnds) {
  const Small small({{"a", allow(Small::kAnn)}, {"b", allow(arn_of("a"))}});
  WalkLimits limits;
  limits.max_paths = 0;
  const PathAnswer answer = find_paths(small.estate, *WalkStart::parse(Small::kAnn),
                                       *small.estate.find_role(arn_of("b")), true, limits);
  ASSERT_EQ(answer.paths.size(), 1U);
  EXPECT_EQ(answer.paths[0].size(), 2U);
  EXPECT_TRUE(answer.more);
}

TEST(Walk, TellsSessionsApartByWhatIsAskedForAlone) {
  constexpr std::string_view kTagged = R"({"StringEquals":{"aws:RequestTag/cost":["1","2"]}})";
  const Small asked(
      {{"a", allow(Small::kAnn, R"("sts:*")", kTagged)},
       {"b", allow(arn_of("a"), R"("sts:*")", R"({"StringLike":{"aws:PrincipalTag/cost":"?"}})")}});
  const Small not_asked(
      {{"a", allow(Small::kAnn, R"("sts:*")", kTagged)}, {"b", allow(arn_of("a"))}});
  const auto sessions = [](const Small& small) {
    return find_reach(small.estate, *WalkStart::parse(Small::kAnn)).sessions.size();
  };
  EXPECT_EQ(sessions(not_asked), 2U);
  EXPECT_GT(sessions(asked), 2U);
}

TEST(Walk, PassesAnyTagWhereOneValueIsRefused) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"), R"("sts:*")",
                                 R"({"Null":{"aws:PrincipalTag/team":"false"},)"
                                 R"("StringNotEquals":{"aws:PrincipalTag/team":"x"}})")}});
  EXPECT_EQ(small.path("b").size(), 2U);
}

TEST(Walk, AnswersTheSameOverAnIndexThatIsShared) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"))},
                     {"c", allow("*", R"("sts:AssumeRole")")}});
  const WhoIndex index(small.estate);
  for (const std::string_view start : {Small::kAnn, std::string_view("external"), Small::kAnn}) {
    const WalkStart from = *WalkStart::parse(start);
    const ReachAnswer one = find_reach(small.estate, from);
    const ReachAnswer other = find_reach(index, from);
    ASSERT_EQ(one.sessions.size(), other.sessions.size());
    for (std::size_t i = 0; i < one.sessions.size(); ++i) {
      EXPECT_EQ(one.sessions[i].hop.role, other.sessions[i].hop.role);
    }
  }
}

std::vector<std::string> starts_of(const Estate& estate, std::string_view asked) {
  std::vector<std::string> texts;
  for (const WalkStart& each : stands_for(WhoIndex(estate), *WalkStart::parse(asked))) {
    texts.push_back(each.text());
  }
  return texts;
}

TEST(WalkStart, StandsForThoseWhomPeopleMean) {
  Small small({{"a", allow("444455556666")},
               {"b", allow("arn:aws:iam::444455556666:role/ci")},
               {"c", allow("arn:aws:iam::777788889999:user/eve")},
               {"d", R"([{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{
                  "Federated":["arn:aws:iam::111122223333:oidc-provider/id.example.com/a",
                               "arn:aws:iam::444455556666:oidc-provider/ID.example.com/a",
                               "arn:aws:iam::111122223333:saml-provider/Corp",
                               "accounts.google.com"]}},
                 {"Effect":"Deny","Action":"sts:*","Principal":{"AWS":"222233334444"}},
                 {"Effect":"Allow","Action":"sts:*","NotPrincipal":{"AWS":"333344445555"}}])"},
               {"e", allow(arn_of("a"))}});
  EXPECT_EQ(starts_of(small.estate, "external"),
            (Names{"external", "account:444455556666", "arn:aws:iam::444455556666:role/ci",
                   "arn:aws:iam::777788889999:user/eve", "oidc:id.example.com/a",
                   "oidc:accounts.google.com", "arn:aws:iam::111122223333:saml-provider/Corp"}));
  EXPECT_EQ(starts_of(small.estate, "account:444455556666"),
            (Names{"account:444455556666", "arn:aws:iam::444455556666:role/ci"}));
  EXPECT_EQ(starts_of(small.estate, "account:111122223333"),
            (Names{std::string(Small::kAnn), arn_of("a"), arn_of("b"), arn_of("c"), arn_of("d"),
                   arn_of("e")}));
  EXPECT_EQ(starts_of(small.estate, Small::kAnn), Names{std::string(Small::kAnn)});
  // Accounts of the organization are not outside.
  Diagnostics ignored;
  load_estate_text("organization.json", R"({"Organization":{"Id":"o-abcdefghij",
    "MasterAccountId":"111122223333"},"Roots":[{"Id":"r-abcd","Name":"Root","PolicyTypes":[]}],
    "OrganizationalUnits":[],"Accounts":[
      {"Id":"111122223333","ParentId":"r-abcd"},{"Id":"444455556666","ParentId":"r-abcd"}],
    "Policies":[],"Targets":[]})",
                   small.estate, ignored);
  EXPECT_EQ(starts_of(small.estate, "external")[1], "arn:aws:iam::777788889999:user/eve");
}

TEST(WalkStart, SeveralAreLookedAtAtOnce) {
  const Small small({{"a", allow("444455556666")},
                     {"b", allow(arn_of("a"))},
                     {"c", allow("arn:aws:iam::444455556666:role/ci")},
                     {"d", fmt::format("[{},{}]", allow(arn_of("b")), allow(arn_of("c")))}});
  const WhoIndex index(small.estate);
  const std::vector<WalkStart> starts = stands_for(index, *WalkStart::parse("external"));
  ASSERT_EQ(starts.size(), 3U);
  const ReachAnswer reach = find_reach(index, starts);
  ASSERT_EQ(reach.roles.size(), 4U);
  for (const std::size_t at : reach.roles) {
    const Reached& each = reach.sessions[at];
    const bool ci = each.hop.role->name == "c" || each.hop.role->name == "d";
    EXPECT_EQ(starts[each.start].text(),
              ci ? "arn:aws:iam::444455556666:role/ci" : "account:444455556666");
  }
  const Role& to = *small.estate.find_role(arn_of("d"));
  const PathAnswer one = find_paths(index, starts, to, /*all=*/false);
  ASSERT_EQ(one.paths.size(), 1U);
  EXPECT_EQ(one.paths[0].size(), 2U);
  EXPECT_EQ(starts[one.starts[0]].text(), "arn:aws:iam::444455556666:role/ci");
  const PathAnswer all = find_paths(index, starts, to, /*all=*/true);
  ASSERT_EQ(all.paths.size(), 2U);
  EXPECT_EQ(all.paths[1].size(), 3U);
  EXPECT_EQ(starts[all.starts[1]].text(), "account:444455556666");
}

TEST(WalkStart, OfSeveralTheOneIsToldThatNeedsLeast) {
  constexpr std::string_view kMfa = R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})";
  const std::string user = "arn:aws:iam::444455556666:user/";
  const Small small(
      {{"a", fmt::format("[{},{},{}]", allow(user + "a", R"("sts:AssumeRole")", kMfa),
                         allow(user + "b"), allow(user + "c", R"("sts:AssumeRole")", kMfa))},
       {"b", allow(arn_of("a"))}});
  const WhoIndex index(small.estate);
  const std::vector<WalkStart> starts =
      stands_for(index, *WalkStart::parse("account:444455556666"));
  ASSERT_EQ(starts.size(), 4U);
  const ReachAnswer reach = find_reach(index, starts);
  ASSERT_EQ(reach.sessions.size(), 2U);
  for (const Reached& each : reach.sessions) {
    EXPECT_EQ(starts[each.start].text(), user + "b");
    EXPECT_EQ(each.hop.condition, ResidualTable::kAlways);
  }
  for (const bool all : {false, true}) {
    for (const std::string_view to : {"a", "b"}) {
      const PathAnswer path = find_paths(index, starts, *small.estate.find_role(arn_of(to)), all);
      ASSERT_EQ(path.paths.size(), 1U);
      EXPECT_EQ(starts[path.starts[0]].text(), user + "b");
      EXPECT_EQ(path.paths[0][0].condition, ResidualTable::kAlways);
    }
  }
}

// An export without its list of users, as `--filter Role` makes it.
TEST(WalkStart, OfAnExportThatListsSomeThoseThatPoliciesNameAreMeant) {
  Estate estate;
  Diagnostics ignored;
  load_estate_text("111122223333.json",
                   fmt::format(R"({{"RoleDetailList":[{{"RoleName":"a","Arn":"{}",
                     "AssumeRolePolicyDocument":{{"Statement":[{},{}]}}}}],"Policies":[]}})",
                               arn_of("a"), allow(Small::kAnn), allow(arn_of("a"))),
                   estate, ignored);
  EXPECT_EQ(starts_of(estate, "account:111122223333"),
            (Names{"account:111122223333", arn_of("a"), std::string(Small::kAnn)}));
}

TEST(WalkStart, IsWrittenAsItIsRead) {
  for (const std::string_view text :
       {"external", "account:111122223333", "service:lambda.amazonaws.com", "oidc:id.example.com/a",
        "oidc:id.example.com/a:sub:x", "oidc:accounts.google.com",
        "arn:aws:iam::111122223333:saml-provider/Corp", "arn:aws:iam::111122223333:user/ann"}) {
    EXPECT_EQ(WalkStart::parse(text)->text(), text);
  }
}

TEST(WalkStart, ReadsWhatPeopleWrite) {
  EXPECT_EQ(WalkStart::parse("external")->kind, WalkStart::Kind::Outside);
  EXPECT_EQ(WalkStart::parse("account:111122223333")->account, "111122223333");
  EXPECT_EQ(WalkStart::parse("service:lambda.amazonaws.com")->principal.kind,
            RequestPrincipal::Kind::Service);
  const auto oidc = WalkStart::parse("oidc:token.actions.githubusercontent.com:repo:acme/shop:x");
  EXPECT_EQ(oidc->principal.name, "token.actions.githubusercontent.com");
  EXPECT_EQ(oidc->principal.claims[0].second[0], "repo:acme/shop:x");
  EXPECT_EQ(WalkStart::parse("oidc:https://id.example.com/a:b")->text(), "oidc:id.example.com/a:b");
  // Of a pattern, any subject is meant.
  EXPECT_FALSE(WalkStart::parse("oidc:issuer.example.com:repo:*")->principal.claims_known);
  EXPECT_FALSE(WalkStart::parse("account:1"));
  EXPECT_FALSE(WalkStart::parse("service:lambda"));
  EXPECT_FALSE(WalkStart::parse("arn:aws:iam::111122223333:group/g"));
  EXPECT_FALSE(WalkStart::parse("arn:aws:s3:::ledger"));
  EXPECT_FALSE(WalkStart::parse("somebody"));
}

// Looked for from both ends, as for principals that can make many calls.
WalkLimits from_both_ends() {
  WalkLimits limits;
  limits.few_calls = 0;
  limits.other_calls = 2;
  return limits;
}

// Who made it, and what it brings along, is not known of a session that somebody asks about.
TEST(Walk, LeavesTheSourceIdentityOfASessionOpen) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"), R"("sts:*")",
                                 R"({"StringEquals":{"aws:SourceIdentity":"ann"}})")}});
  for (const std::string_view start :
       {"arn:aws:sts::111122223333:assumed-role/a/s1", "arn:aws:iam::111122223333:role/a"}) {
    const ReachAnswer answer = find_reach(small.estate, *WalkStart::parse(start));
    ASSERT_EQ(answer.sessions.size(), 1U) << start;
    EXPECT_NE(answer.sessions[0].hop.condition, ResidualTable::kAlways);
  }
  // It could not be passed on.
  const Small refused({{"a", allow(Small::kAnn)},
                       {"b", allow(arn_of("a"), R"("sts:AssumeRole")",
                                   R"({"StringEquals":{"aws:SourceIdentity":"ann"}})")}});
  const auto start = WalkStart::parse("arn:aws:sts::111122223333:assumed-role/a/s1");
  EXPECT_TRUE(find_reach(refused.estate, *start).sessions.empty());
}

TEST(Walk, FromBothEndsASourceIdentityIsPassedOnThatARoleAsksFor) {
  const Small small({{"a", allow(Small::kAnn)},
                     {"b", allow(arn_of("a"), R"("sts:*")",
                                 R"({"StringEquals":{"aws:SourceIdentity":"ann"}})")}});
  const PathAnswer answer =
      find_paths(small.estate, *WalkStart::parse(Small::kAnn), *small.estate.find_role(arn_of("b")),
                 /*all=*/false, from_both_ends());
  ASSERT_EQ(answer.paths.size(), 1U);
  ASSERT_EQ(answer.paths[0].size(), 2U);
  EXPECT_EQ(answer.paths[0][0].choice.source_identity, "ann");
}

TEST(Walk, FromBothEndsTheNearestIsWhomTheTrustPolicyNames) {
  Small small({{"app0", allow(Small::kAnn)}, {"app1", allow(Small::kAnn)}});
  Diagnostics ignored;
  load_estate_text("111122223333.roles.json", R"({"UserDetailList":[],"GroupDetailList":[],
    "Policies":[{"PolicyName":"limit","Arn":"arn:aws:iam::111122223333:policy/limit",
      "DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,
        "Document":{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}}]}],
    "RoleDetailList":[{"RoleName":"deployer","Arn":"arn:aws:iam::111122223333:role/deployer",
      "AssumeRolePolicyDocument":{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"}}},
      "PermissionsBoundary":{"PermissionsBoundaryType":"Policy",
        "PermissionsBoundaryArn":"arn:aws:iam::111122223333:policy/limit"},
      "RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Statement":{
        "Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}}]}]})",
                   small.estate, ignored);
  load_estate_text("444455556666.json", R"({"UserDetailList":[],"GroupDetailList":[],"Policies":[],
    "RoleDetailList":[{"RoleName":"prod","Arn":"arn:aws:iam::444455556666:role/prod",
      "AssumeRolePolicyDocument":{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"arn:aws:iam::111122223333:role/deployer"}}}}]})",
                   small.estate, ignored);
  const PathAnswer answer =
      find_paths(small.estate, *WalkStart::parse(Small::kAnn),
                 *small.estate.find_role("arn:aws:iam::444455556666:role/prod"), /*all=*/false,
                 from_both_ends());
  ASSERT_TRUE(answer.nearest.has_value());
  EXPECT_EQ(answer.nearest->refuse, std::vector<Gate>{Gate::Boundary});
}

}  // namespace
}  // namespace rolecall
