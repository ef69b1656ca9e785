// SPDX-License-Identifier: Apache-2.0
// `find_chains` against `find_paths` from every principal of random estates, and `find_paths` that
// looks at every call against one that leaves out those that lead away from the role.
// ROLECALL_REACH_ESTATES sets how many, ROLECALL_REACH_SEED where to begin.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rolecall/estate/estate_loader.h"
#include "rolecall/reach/chains.h"

#include "reach/random_estate.h"

namespace rolecall {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// How many calls it takes, and whether one of them cannot be told.
using Distance = std::pair<bool, std::size_t>;

std::map<std::string_view, Distance> distances(const ChainsAnswer& answer) {
  std::map<std::string_view, Distance> found;
  for (const ChainAssumer& each : answer.assumers) {
    for (const IamEntity* member : each.members) {
      found.emplace(member->arn, Distance(each.unknown, each.calls.size()));
    }
  }
  return found;
}

// An account that nobody exported, known by its roles alone.
constexpr std::string_view kListed = R"({"Roles":[
  {"Path":"/","RoleName":"open","RoleId":"AROAOPEN","Arn":"arn:aws:iam::777788889999:role/open",
   "AssumeRolePolicyDocument":{"Statement":[
     {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}},
  {"Path":"/","RoleName":"here","RoleId":"AROAHERE","Arn":"arn:aws:iam::777788889999:role/here",
   "AssumeRolePolicyDocument":{"Statement":[
     {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}}]})";

Estate make_estate(std::uint64_t seed) {
  Estate estate;
  Diagnostics ignored;
  for (const auto& [name, text] : random::make_estate(seed).files) {
    load_estate_text(name, text, estate, ignored);
  }
  if (seed % 2 == 0)
    load_estate_text("777788889999.roles.json", std::string(kListed), estate, ignored);
  return estate;
}

bool is_unknown(const std::vector<Hop>& path) {
  return std::any_of(path.begin(), path.end(), [](const Hop& hop) { return hop.unknown; });
}

// Of the shortest way: whether there is one, it can be told, and how long it is.
std::tuple<bool, bool, std::size_t> shape_of(const PathAnswer& answer) {
  if (answer.paths.empty()) return {false, false, 0};
  return {true, is_unknown(answer.paths[0]), answer.paths[0].size()};
}

TEST(ChainsAgreement, APathIsFoundFromItsEndToo) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200) / 8;
  const std::uint64_t first = setting("ROLECALL_REACH_SEED", 0);
  WalkLimits from_end;
  from_end.other_calls = 5;
  std::size_t ways = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Estate estate = make_estate(seed);
    const WhoIndex index(estate);
    const auto targets = random::target_roles();
    const Role& to = *estate.find_role(targets[seed % targets.size()]);
    from_end.few_calls = seed % 9;
    from_end.few_roles = seed % 4;
    from_end.exact_roles = seed % 3;
    const auto check = [&](std::string_view arn) {
      const WalkStart start = *WalkStart::parse(arn);
      const PathAnswer known = find_paths(index, start, to, /*all=*/false);
      const PathAnswer found = find_paths(index, start, to, /*all=*/false, from_end);
      const PathAnswer all = find_paths(index, start, to, /*all=*/true, from_end);
      ASSERT_EQ(shape_of(found), shape_of(known)) << "estate " << seed << ": " << arn;
      ASSERT_EQ(all.paths.empty(), known.paths.empty()) << "estate " << seed << ": " << arn;
      if (known.paths.empty()) return;
      // Of all ways the first is the shortest, be it one that cannot be told.
      ASSERT_LE(all.paths[0].size(), known.paths[0].size()) << "estate " << seed << ": " << arn;
      ++ways;
    };
    for (const auto& [id, account] : estate.accounts()) {
      for (const User& user : account.users) check(user.arn);
      for (const Role& role : account.roles) check(role.arn);
    }
    for (const char* outside : {"external", "account:999900001111", "service:ec2.amazonaws.com",
                                "oidc:id.example.com/Pool"}) {
      check(outside);
    }
  }
  EXPECT_GT(ways, count);
}

TEST(ChainsAgreement, EverybodyIsFoundWhoHasAPath) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200) / 4;
  const std::uint64_t first = setting("ROLECALL_REACH_SEED", 0);
  std::size_t direct = 0;
  std::size_t chains = 0;
  std::size_t none = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Estate estate = make_estate(seed);
    const WhoIndex index(estate);
    const auto targets = random::target_roles();
    const Role& to = *estate.find_role(targets[seed % targets.size()]);
    const ChainsAnswer answer = find_chains(index, to);
    const auto said = distances(answer);
    const auto check = [&](std::string_view arn) {
      const PathAnswer paths = find_paths(index, *WalkStart::parse(arn), to, /*all=*/false);
      const auto found = said.find(arn);
      ASSERT_EQ(found != said.end(), !paths.paths.empty())
          << "estate " << seed << ": " << arn << " to " << to.arn;
      if (paths.paths.empty()) {
        ++none;
        return;
      }
      const bool unknown = is_unknown(paths.paths[0]);
      ASSERT_EQ(found->second.first, unknown) << "estate " << seed << ": " << arn;
      if (unknown) return;
      ASSERT_EQ(found->second.second, paths.paths[0].size())
          << "estate " << seed << ": " << arn << " to " << to.arn;
      ++(paths.paths[0].size() > 1 ? chains : direct);
    };
    for (const auto& [id, account] : estate.accounts()) {
      for (const User& user : account.users) check(user.arn);
      for (const Role& role : account.roles) check(role.arn);
    }
  }
  EXPECT_GT(direct, count);
  EXPECT_GT(chains, count / 4);
  EXPECT_GT(none, count);
}

// What `path` calls those of whom answers speak without members; nothing for all of a kind.
std::string asked_for(AssumerKind kind, const std::string& account, const std::string& name) {
  switch (kind) {
    case AssumerKind::Service:
      return name.empty() ? "" : "service:" + name;
    case AssumerKind::Oidc:
      return name.empty() ? "" : "oidc:" + name;
    case AssumerKind::Account:
      return "account:" + account;
    case AssumerKind::Outside:
      return "external";
    default:
      return name;
  }
}

TEST(ChainsAgreement, WhoIsLetInHasAPath) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200) / 4;
  std::array<std::size_t, kAssumerKinds> direct{};
  std::array<std::size_t, kAssumerKinds> other{};
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const Estate estate = make_estate(seed);
    const WhoIndex index(estate);
    for (const std::string& target : random::target_roles()) {
      const Role& to = *estate.find_role(target);
      const WhoAnswer who = find_who(index, to, WhoDetail::Conditions);
      for (const Assumption& each : who.assumptions) {
        const std::string asked = each.members.empty()
                                      ? asked_for(each.kind, each.account, each.name)
                                      : std::string(each.members[0]->arn);
        if (asked.empty()) continue;
        const PathAnswer found = find_paths(index, *WalkStart::parse(asked), to, /*all=*/false);
        const bool is_direct = !found.paths.empty() && found.paths[0].size() == 1;
        ++(is_direct ? direct : other)[static_cast<std::size_t>(each.kind)];
        // One condition may be such that no call can meet it.
        if (each.condition != ResidualTable::kAlways) continue;
        ASSERT_TRUE(is_direct) << "estate " << seed << ": " << asked << " to " << to.arn;
      }
    }
  }
  for (std::size_t kind = 0; kind < kAssumerKinds; ++kind) {
    EXPECT_GT(direct[kind], other[kind] * 4) << assumer_kind_name(static_cast<AssumerKind>(kind));
  }
}

TEST(ChainsAgreement, WhoIsOutsideIsFound) {
  const std::uint64_t count = setting("ROLECALL_REACH_ESTATES", 200) / 4;
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const Estate estate = make_estate(seed);
    const WhoIndex index(estate);
    const Role& to = *estate.find_role(random::target_roles()[0]);
    for (const ChainAssumer& each : find_chains(index, to).assumers) {
      if (!each.members.empty() || each.unknown) continue;
      const std::string asked = asked_for(each.kind, each.account, each.name);
      const PathAnswer paths = find_paths(index, *WalkStart::parse(asked), to, /*all=*/false);
      ASSERT_FALSE(paths.paths.empty()) << "estate " << seed << ": " << asked << " to " << to.arn;
      ASSERT_EQ(paths.paths[0].size(), each.calls.size()) << "estate " << seed << ": " << asked;
      ++found;
    }
  }
  EXPECT_GT(found, count / 4);
}

}  // namespace
}  // namespace rolecall
